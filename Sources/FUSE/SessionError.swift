public import SystemPackage

/// Why a file system cannot be mounted, served or unmounted, and what to do about it.
public struct SessionError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Sendable, Equatable {
        case mountpointMissing
        case mountpointNotADirectory
        case mountpointInaccessible(Errno)
        /// A dead mount lies there: its daemon is gone.
        case mountpointStale
        case deviceMissing
        case deviceInaccessible(Errno)
        case fusermountMissing
        case allowOtherRefused
        /// libfuse or the kernel refused; its own words.
        case mountRefused(String)
        case notMounted
        /// Someone uses the mount.
        case busy
        case unmountRefused(Errno)
        /// The session's loop ended with an error.
        case interrupted(Errno)
        /// The call does not fit what the session is doing.
        case wrongPhase
    }

    public let reason: Reason
    public let mountpoint: String

    public init(_ reason: Reason, at mountpoint: String) {
        self.reason = reason
        self.mountpoint = mountpoint
    }

    public var description: String {
        "\(mountpoint): \(fault). \(remedy)."
    }

    /// What is wrong, in words.
    public var fault: String {
        switch reason {
        case .mountpointMissing: "the mountpoint does not exist"
        case .mountpointNotADirectory: "the mountpoint is not a directory"
        case .mountpointInaccessible(let errno): "the mountpoint cannot be examined (\(errno))"
        case .mountpointStale: "a dead mount is left there (its daemon is gone)"
        case .deviceMissing: "/dev/fuse does not exist"
        case .deviceInaccessible(let errno): "/dev/fuse cannot be opened (\(errno))"
        case .fusermountMissing: "fusermount3, which mounts for users other than root, is not installed"
        case .allowOtherRefused: "allow_other is not permitted to users other than root"
        case .mountRefused(let words): words.isEmpty ? "the mount was refused" : "the mount was refused (\(words))"
        case .notMounted: "nothing is mounted there"
        case .busy: "the mount is in use"
        case .unmountRefused(let errno): "it cannot be unmounted (\(errno))"
        case .interrupted(let errno): "serving the mount ended with an error (\(errno))"
        case .wrongPhase: "the session cannot do this now"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch reason {
        case .mountpointMissing: "Create the directory first"
        case .mountpointNotADirectory: "Name a directory"
        case .mountpointInaccessible: "Check the permissions of the directories above it"
        case .mountpointStale: "Remove it with `fusermount3 -u -z \(mountpoint)`"
        case .deviceMissing:
            "Load the kernel module (`modprobe fuse`); in a container pass the device in (`--device /dev/fuse`)"
        case .deviceInaccessible: "Check its permissions; in a container allow the device and SYS_ADMIN"
        case .fusermountMissing: "Install the package fuse3, or mount as root"
        case .allowOtherRefused: "Put `user_allow_other` into /etc/fuse.conf, or mount as root"
        case .mountRefused:
            "What fusermount3 said stands above; if nothing does, an AppArmor profile may forbid this place (see dmesg)"
        case .notMounted: "Check the path with `findmnt`"
        case .busy: "Close what uses it (`fuser -vm \(mountpoint)`), or unmount lazily"
        case .unmountRefused: "Unmount as the user who mounted, or as root"
        case .interrupted: "See the messages before; mount again"
        case .wrongPhase: "A session is mounted, run and unmounted once, in this order"
        }
    }
}
