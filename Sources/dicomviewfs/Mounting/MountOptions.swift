import Archive
import Foundation
import ViewTree
import Views

/// What `-o` says.
struct MountOptions: Equatable {
    var allowOther = false
    var uid: UInt32?
    var gid: UInt32?
    var fileMask: UInt16?
    var directoryMask: UInt16?
    /// When the trees answer.
    enum Indexing: String, CaseIterable {
        /// At once if the index has been complete before; it is brought in line meanwhile. Otherwise as `complete`.
        case automatic = "auto"
        /// At once, whatever the index has.
        case background
        /// When they show the archive as it is.
        case complete
    }
    var indexing = Indexing.automatic
    /// Seconds from one look through the archive to the next, where the kernel does not tell what changes; 0 for never.
    var rescanInterval = ArchiveFollower.standardInterval
    var passthrough = true
    /// The views that are shown; the others are there all the same, in the index and for other mounts.
    var views = Set(ViewCode.allCases)
    /// Nothing can be written.
    var readOnly = false
    /// What is dropped and cannot be stored is an error at close.
    var strictImport = false
    /// Seconds of quiet after which the converted views follow what arrived.
    var settleTime = SettlingSchedule.defaultSettleTime
    /// Extended attributes are answered for, which makes `ls -l` ask for them.
    var extendedAttributes = false
    /// 32 bits for inode numbers, for old programs; two files may then have one.
    var inode32 = false
    /// Listings show what is otherwise entered by name alone: `.frames`, `.metadata`, `.dicomviewfs`.
    var listHidden = false
    /// Where the index goes instead of its usual place.
    var indexDirectory: String?
    /// The profile that was named.
    var profile: String?
    /// What libfuse and the kernel understand themselves.
    var generic: [String] = []

    /// Options of mount(8) and fstab(5) that say nothing to us. Those that begin with "x-" are never for us.
    private static let ignored: Set<String> = [
        "defaults", "rw", "auto", "noauto", "user", "nouser", "users", "owner", "group", "_netdev", "nofail",
        "async", "sync", "atime", "relatime", "strictatime", "lazytime", "nolazytime", "diratime", "nodiratime",
        "norelatime",
        "nostrictatime", "mand", "nomand", "silent", "loud", "exec", "suid", "dev", "bind", "remount",
        "default_permissions", "comment", "context", "fscontext", "defcontext", "rootcontext", "helper",
    ]
    private static let passedOn: Set<String> = ["noexec", "nosuid", "nodev", "noatime"]

    init() {}

    /// - Parameter texts: The arguments of each `-o`, options separated by commas; "\," is a comma in a value.
    init(_ texts: [String]) throws {
        try add(texts)
    }

    mutating func add(_ texts: [String]) throws {
        for option in texts.flatMap(Self.split) where !option.isEmpty {
            do {
                try add(option)
            } catch let error as Failure {
                throw Failure("-o \(option): \(error.message)", error.exit)
            }
        }
    }

    /// Adds one option, which has the last word over those before it.
    mutating func add(_ option: String) throws {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let value = parts.count > 1 ? String(parts[1]) : nil
        switch MountOptionName(rawValue: name) {
        case .allowOther: allowOther = true
        case .uid: uid = try number(value) { getpwnam($0)?.pointee.pw_uid }
        case .gid: gid = try number(value) { getgrnam($0)?.pointee.gr_gid }
        case .umask:
            fileMask = try mask(value)
            directoryMask = fileMask
        case .fileMask: fileMask = try mask(value)
        case .directoryMask: directoryMask = try mask(value)
        case .noPassthrough: passthrough = false
        case .readOnly: readOnly = true
        case .strictImport: strictImport = true
        case .extendedAttributes: extendedAttributes = true
        case .settleTime: settleTime = try Self.seconds(value)
        case .inode32: inode32 = true
        case .listHidden: listHidden = true
        case .views: views = try Self.views(value)
        case .indexDirectory: indexDirectory = try path(value)
        case .profile: profile = try value ?? { throw Failure("name a file", .dataError) }()
        case .index:
            guard let indexing = value.flatMap(Indexing.init) else {
                let known = Indexing.allCases.map { "index=\($0.rawValue)" }.joined(separator: " or ")
                throw Failure("say \(known)", .dataError)
            }
            self.indexing = indexing
        case .rescanInterval:
            guard let seconds = value.flatMap(Double.init), seconds >= 0, seconds <= 1e6 else {
                throw Failure("say seconds, 0 for never", .dataError)
            }
            rescanInterval = seconds
        case nil:
            if Self.passedOn.contains(name) {
                generic.append(name)
            } else if !Self.ignored.contains(name), !name.hasPrefix("x-"), !name.hasPrefix("X-") {
                throw Failure("no such option; `man dicomviewfs` lists them", .dataError)
            }
        }
    }

    private static func seconds(_ value: String?) throws -> Double {
        guard let value, let seconds = Double(value), seconds >= 0, seconds <= SettlingSchedule.maximumDelay else {
            throw Failure("say seconds, from 0 to \(Int(SettlingSchedule.maximumDelay))", .dataError)
        }
        return seconds
    }

    private static func views(_ value: String?) throws -> Set<ViewCode> {
        let names = (value ?? "").split { $0 == ":" || $0 == "+" }.map(String.init)
        let views = names.compactMap { name in ViewCode.allCases.first { TreeName.name(of: $0) == name } }
        guard !views.isEmpty, views.count == names.count else {
            throw Failure("say default, classic, enhanced, or several with : between", .dataError)
        }
        return Set(views)
    }

    private func path(_ value: String?) throws -> String {
        guard let value, !value.isEmpty else { throw Failure("name a directory", .dataError) }
        return absolute(value)
    }

    /// A number, or what a name stands for on this machine.
    private func number(_ value: String?, _ lookUp: (String) -> UInt32?) throws -> UInt32 {
        guard let value, let number = UInt32(value) ?? lookUp(value) else {
            throw Failure("say a number or a name that this machine knows, as 1000", .dataError)
        }
        return number
    }

    private func mask(_ value: String?) throws -> UInt16 {
        guard let value, let mask = UInt16(value, radix: 8), mask <= 0o777 else {
            throw Failure("say permission bits in octal, as 027", .dataError)
        }
        return mask
    }

    /// True if all is the same but what can be followed while mounted.
    func isSame(as other: MountOptions) -> Bool {
        var other = other
        other.views = views
        return self == other
    }

    private static func split(_ text: String) -> [String] {
        var options = [""]
        var isEscaped = false
        for character in text {
            if isEscaped || (character != "," && character != "\\") {
                options[options.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                options.append("")
            }
        }
        return options
    }

    /// Files belong to the mounting user. Others than it and its group see nothing under allow_other unless a mask says so.
    var ownership: Ownership {
        let standard: UInt16 = allowOther ? 0o007 : 0
        return Ownership(
            uid: uid ?? getuid(), gid: gid ?? getgid(), fileMask: fileMask ?? standard,
            directoryMask: directoryMask ?? standard)
    }
}
