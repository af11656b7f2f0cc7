/// What one Patient is in each view.
public struct PatientPlan: Sendable {
    public var `default`: ViewPlan
    public var classic: ViewPlan
    public var enhanced: ViewPlan

    public subscript(view: View) -> ViewPlan {
        switch view {
        case .default: self.default
        case .classic: classic
        case .enhanced: enhanced
        }
    }
}

/// What one Patient is in one view. All of it is a function of the summaries and exclusions, whatever their order.
public struct ViewPlan: Sendable {
    public let view: View
    /// Ascending by SOP Instance UID, compared as bytes.
    public var instances: [PlannedInstance]
    /// What each archived instance has become.
    public var references: ReferenceMap
    /// Archived instances that stand for themselves in no way here, for another form of them is shown, as indices.
    public var hidden: [Int]
    /// Why instances are not shown as the view would have them, by index; also for those with updated references.
    public var reasons: [Int: ConversionReason]
    /// Archived instances, as indices, that are copies of what the view shows of other archived instances, by the SOP Instance
    /// UID of that: they are broken off, or refer to what the archive does not have.
    public var copies: [String: Int] = [:]
}
