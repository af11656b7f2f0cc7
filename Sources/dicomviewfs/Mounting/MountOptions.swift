import Foundation
import ViewTree

/// What `-o` says.
struct MountOptions: Equatable {
    var allowOther = false
    var uid: UInt32?
    var gid: UInt32?
    var fileMask: UInt16?
    var directoryMask: UInt16?
    /// Serve at once what the index has, and bring it in line meanwhile.
    var indexesInBackground = false
    var passthrough = true
    /// What libfuse and the kernel understand themselves.
    var generic: [String] = []

    /// Options of mount(8) and fstab(5) that say nothing to us. Those that begin with "x-" are never for us.
    private static let ignored: Set<String> = [
        "defaults", "rw", "ro", "auto", "noauto", "user", "nouser", "users", "owner", "group", "_netdev", "nofail",
        "async",
        "sync", "atime", "relatime", "strictatime", "lazytime", "nolazytime", "diratime", "nodiratime", "norelatime",
        "nostrictatime", "mand", "nomand", "silent", "loud", "exec", "suid", "dev", "bind", "remount",
        "default_permissions",
    ]
    private static let passedOn: Set<String> = ["noexec", "nosuid", "nodev", "noatime"]

    init() {}

    /// - Parameter texts: The arguments of each `-o`, options separated by commas; "\," is a comma in a value.
    init(_ texts: [String]) throws {
        for option in texts.flatMap(Self.split) where !option.isEmpty { try add(option) }
    }

    private mutating func add(_ option: String) throws {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let value = parts.count > 1 ? String(parts[1]) : nil
        switch name {
        case "allow_other": allowOther = true
        case "uid": uid = try number(value, of: name, radix: 10)
        case "gid": gid = try number(value, of: name, radix: 10)
        case "umask":
            fileMask = try number(value, of: name, radix: 8)
            directoryMask = fileMask
        case "fmask": fileMask = try number(value, of: name, radix: 8)
        case "dmask": directoryMask = try number(value, of: name, radix: 8)
        case "nopassthrough": passthrough = false
        case "index":
            switch value {
            case "background": indexesInBackground = true
            case "complete": indexesInBackground = false
            default: throw Failure("-o \(option): say index=background or index=complete", .dataError)
            }
        case "comment", "context", "fscontext", "defcontext", "rootcontext", "helper": break
        default:
            if Self.passedOn.contains(name) {
                generic.append(name)
            } else if !Self.ignored.contains(name), !name.hasPrefix("x-"), !name.hasPrefix("X-") {
                throw Failure("-o \(option): no such option; `man dicomviewfs` lists them", .dataError)
            }
        }
    }

    private func number<Number: FixedWidthInteger>(_ value: String?, of name: String, radix: Int) throws -> Number {
        guard let value, let number = Number(value, radix: radix), radix != 8 || number <= 0o777 else {
            throw Failure("-o \(name)=\(value ?? ""): not a number that it can be", .dataError)
        }
        return number
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
