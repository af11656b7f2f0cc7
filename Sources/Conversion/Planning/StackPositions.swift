/// Where the images of one orientation lie along their normal.
struct StackPositions {
    /// For each member, its position, counted from 0 in the direction of the normal.
    private(set) var indices: [Int] = []
    /// For each position, the distance of its first image from the origin along the normal, in mm.
    private(set) var distances: [Double] = []
    /// For each member, 0, or which of several places in the same plane it has: such images share no position (PS3.3
    /// C.7.6.16.2.2.4).
    private(set) var layers: [Int] = []

    /// Image positions nearer to each other than this are the same; no scanner has slices so near. In mm.
    static let tolerance = 0.01

    var count: Int { distances.count }

    var hasLayers: Bool { layers.contains { $0 > 0 } }

    init(_ images: [ImageFacts]) {
        indices = Array(repeating: 0, count: images.count)
        layers = indices
        guard let normal = images.first?.normal else { return }
        let along = images.map { zip($0.position, normal).reduce(0) { $0 + $1.0 * $1.1 } }
        let sorted = images.indices.sorted { (along[$0], $0) < (along[$1], $1) }
        var last = -Double.infinity
        var places: [[Double]] = []
        for index in sorted {
            if along[index] - last > Self.tolerance {
                distances.append(along[index])
                places = []
            }
            last = along[index]
            indices[index] = distances.count - 1
            let position = images[index].position
            if let place = places.firstIndex(where: { Self.isNear($0, position) }) {
                layers[index] = place
            } else {
                layers[index] = places.count
                places.append(position)
            }
        }
    }

    private static func isNear(_ left: [Double], _ right: [Double]) -> Bool {
        zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
    }

    /// The distance between neighbours if it is the same everywhere (to a hundredth of a millimetre and a thousandth of
    /// itself), rounded to a micrometre; nil for a single position.
    var regularSpacing: Double? {
        guard let first = distances.first, let last = distances.last, distances.count > 1 else { return nil }
        let mean = (last - first) / Double(distances.count - 1)
        for (near, far) in zip(distances, distances.dropFirst())
        where abs(far - near - mean) > Self.tolerance + mean / 1000 { return nil }
        return (mean * 1000).rounded() / 1000
    }
}
