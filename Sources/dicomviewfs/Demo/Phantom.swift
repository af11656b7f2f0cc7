/// The object that the demo archive shows: a head-like ellipsoid with a few balls inside, in a little noise.
enum Phantom {
    private struct Ball {
        var x: Double
        var y: Double
        var z: Double
        var radius: Double
        /// Signal, and its decay with time in ms.
        var signal: Double
        var decay: Double
    }

    private static let balls = [
        Ball(x: 0, y: 0, z: 0, radius: 52, signal: 1000, decay: 80),
        Ball(x: -18, y: -12, z: 4, radius: 14, signal: 1400, decay: 160),
        Ball(x: 20, y: -8, z: -6, radius: 11, signal: 600, decay: 40),
        Ball(x: 2, y: 22, z: 10, radius: 16, signal: 1800, decay: 300),
    ]

    /// One axial slice at `z` mm, `time` ms after excitation (0 for no decay).
    static func slice(z: Double, time: Double = 0) -> [UInt16] {
        var pixels = [UInt16](repeating: 0, count: DemoImage.rows * DemoImage.columns)
        var noise: UInt32 =
            0x2545_F491 ^ UInt32(truncatingIfNeeded: Int(z * 16)) ^ UInt32(truncatingIfNeeded: Int(time))
        for row in 0..<DemoImage.rows {
            for column in 0..<DemoImage.columns {
                let x = Double(column) - 64
                let y = Double(row) - 64
                var value = 20.0
                for ball in balls {
                    let distance = square(x - ball.x) + square(y - ball.y) + square(z - ball.z)
                    if distance < square(ball.radius) {
                        value = time > 0 ? ball.signal * decay(time / ball.decay) : ball.signal
                    }
                }
                noise ^= noise << 13
                noise ^= noise >> 17
                noise ^= noise << 5
                pixels[row * DemoImage.columns + column] = UInt16(value) + UInt16(noise % 24)
            }
        }
        return pixels
    }

    private static func square(_ value: Double) -> Double { value * value }

    /// About exp(-x): enough for a picture.
    private static func decay(_ x: Double) -> Double { 1 / (1 + x + x * x / 2) }
}
