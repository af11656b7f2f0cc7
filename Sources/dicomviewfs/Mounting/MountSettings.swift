import Foundation
import ViewTree

/// All that a mount was told, by a profile and by `-o`, of which the latter has the last word.
struct MountSettings {
    /// Absolute; nil without a profile.
    let profile: String?
    let template: NameTemplate
    let options: MountOptions
    /// What `-o` said, to read all again.
    private let optionTexts: [String]

    /// - Parameters:
    ///   - profile: A file, or the name of an installed one; `-o profile=` says the same.
    ///   - optionTexts: The arguments of each `-o`.
    /// - Throws: `Failure` that says where what is wrong.
    init(profile: String?, optionTexts: [String]) throws {
        self.optionTexts = optionTexts
        let named = try profile ?? MountOptions(optionTexts).profile
        self.profile = try named.map(ProfileLocation.find)
        let read = try self.profile.map(MountProfile.init(path:))
        template = read?.template ?? .default
        var options = read?.options ?? MountOptions()
        try options.add(optionTexts)
        self.options = options
    }

    /// Reads the profile again.
    func reread() throws -> MountSettings {
        try MountSettings(profile: profile, optionTexts: optionTexts)
    }
}
