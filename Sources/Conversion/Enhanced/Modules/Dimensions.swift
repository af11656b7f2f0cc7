internal import DICOM

/// The Multi-frame Dimension Module (PS3.3 C.7.6.17): stack, then the planned axes from the slowest on, then the position in
/// the stack, which is the order of the frames.
enum Dimensions {
    private struct Index {
        var tag: Tag
        var functionalGroup: Tag
        var label: String
    }

    /// Dimension Index Values (0020,9157) of a frame.
    static func indexValues(of frame: EnhancedPlan.Frame, in plan: EnhancedPlan) -> [Int] {
        let axisValues = plan.axes.indices.map { $0 < frame.axisIndices.count ? frame.axisIndices[$0] : 1 }
        return [1] + axisValues + [frame.inStackPositionNumber]
    }

    /// Attributes that are dimensions and live in Unassigned Per-Frame of every frame. Not directions, which frames without
    /// diffusion weighting lack as those of Enhanced MR images do.
    static func perFrameTags(_ plan: EnhancedPlan) -> [Tag] {
        plan.axes.filter { $0 != .diffusionGradientOrientation }.map { index(of: $0) }
            .filter { $0.functionalGroup == .unassignedPerFrameConvertedAttributesSequence }.map(\.tag)
    }

    static func write(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        let uid = DerivedUID.make(
            .dimensionOrganization, view: .enhanced, identity: [context.planned.sopInstanceUID])
        var organization = DataSetBuilder()
        organization.set(.dimensionOrganizationUID, uid)
        dataSet.set(.dimensionOrganizationSequence, items: [organization])
        if let type = organizationType(context.plan) { dataSet.set(.dimensionOrganizationType, type) }
        let stack = Index(tag: .stackID, functionalGroup: .frameContentSequence, label: "Stack ID")
        let position = Index(
            tag: .inStackPositionNumber, functionalGroup: .frameContentSequence, label: "In-Stack Position Number")
        dataSet.set(
            .dimensionIndexSequence,
            items: ([stack] + context.plan.axes.map { index(of: $0) } + [position]).map { index in
                var item = DataSetBuilder()
                item.set(.dimensionOrganizationUID, uid)
                item.set(.dimensionIndexPointer, vr: .AT, bytes: bytes(of: index.tag))
                item.set(.functionalGroupPointer, vr: .AT, bytes: bytes(of: index.functionalGroup))
                item.set(.dimensionDescriptionLabel, index.label)
                return item
            })
    }

    private static func index(of axis: DimensionAxis) -> Index {
        let unassigned = Tag.unassignedPerFrameConvertedAttributesSequence
        return switch axis {
        case .temporalPosition:
            Index(tag: .temporalPositionIndex, functionalGroup: .frameContentSequence, label: "Temporal Position Index")
        case .echoTime: Index(tag: .echoTime, functionalGroup: unassigned, label: "Echo Time")
        case .diffusionBValue: Index(tag: .diffusionBValue, functionalGroup: unassigned, label: "Diffusion b-value")
        case .diffusionGradientOrientation:
            Index(
                tag: .diffusionGradientOrientation, functionalGroup: unassigned, label: "Diffusion Gradient Orientation"
            )
        }
    }

    /// 3D for one volume, 3D_TEMPORAL for volumes over time of which each has all positions; else nothing is claimed.
    private static func organizationType(_ plan: EnhancedPlan) -> String? {
        guard plan.frames.count > 1 else { return nil }
        let positions = Set(plan.frames.map(\.inStackPositionNumber)).count
        if plan.axes.isEmpty { return positions == plan.frames.count ? "3D" : nil }
        guard plan.axes == [.temporalPosition], positions > 1 else { return nil }
        let cells = Set(plan.frames.map { [$0.axisIndices.first ?? 1, $0.inStackPositionNumber] }).count
        let times = Set(plan.frames.map { $0.axisIndices.first ?? 1 }).count
        return cells == plan.frames.count && positions * times == cells ? "3D_TEMPORAL" : nil
    }

    private static func bytes(of tag: Tag) -> [UInt8] {
        [tag.group, tag.element].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
