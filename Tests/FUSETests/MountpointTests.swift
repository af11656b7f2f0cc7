import CFuse
import Glibc
import SystemPackage
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("comes and goes")
    struct Mountpoints {
        @Test("unmounting on request ends the session and leaves the directory free")
        func unmounting() throws {
            var path = ""
            try withMounted(MemoryFileSystem()) { (mounted, session) throws in
                path = mounted
                #expect(session.mountpoint.mount != nil)
                #expect(try session.unmount(within: 5))
                #expect(session.mountpoint.mount == nil)
            }
            #expect(access(path, F_OK) != 0)
        }

        @Test("unmounting from outside ends the session")
        func unmountingFromOutside() throws {
            try withMounted(MemoryFileSystem()) { (path, session) throws in
                try Mountpoint(FilePath(path)).unmount()
                #expect(session.state.wait(atMost: 5) { $0.phase == .ended })
            }
        }

        @Test("a mount in use is not taken away by force, but lazily")
        func busyMount() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1]))
            try withMounted(fileSystem) { (path, session) throws in
                let file = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                let mountpoint = try Mountpoint(FilePath(path))
                #expect(throws: SessionError.self) { try mountpoint.unmount() }
                #expect(session.mountpoint.mount != nil)
                try mountpoint.unmount(lazily: true)
                #expect(session.mountpoint.mount == nil)
                // Who has it open goes on.
                var byte: UInt8 = 0
                #expect(pread(file, &byte, 1, 0) == 1)
                close(file)
                #expect(session.state.wait(atMost: 5) { $0.phase == .ended })
            }
        }

        @Test("a mount whose daemon is gone is recognised and removed")
        func staleMount() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            let session = try Session(fileSystem: MemoryFileSystem(), mountpoint: FilePath(directory.path))
            try session.mount()
            // The daemon dies: its descriptor is closed, and nobody unmounts.
            session.state.withLock { state in
                if let handle = state.handle { fuse_session_destroy(handle) }
                state.handle = nil
            }
            let mountpoint = try Mountpoint(FilePath(directory.path))
            #expect(mountpoint.isStale)
            let error = #expect(throws: SessionError.self) { try mountpoint.check() }
            #expect(error?.reason == .mountpointStale)
            #expect(try mountpoint.removeStaleMount())
            #expect(!mountpoint.isStale)
            #expect(mountpoint.mount == nil)
            #expect(try !mountpoint.removeStaleMount())
            try mountpoint.check()
        }

        @Test("a session that was mounted and never run unmounts")
        func neverRun() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            let session = try Session(fileSystem: MemoryFileSystem(), mountpoint: FilePath(directory.path))
            try session.mount()
            #expect(session.mountpoint.mount != nil)
            #expect(try session.unmount())
            #expect(session.mountpoint.mount == nil)
        }

        @Test("an operation that does not return holds unmounting up for a bounded time only")
        func hangingOperation() throws {
            let fileSystem = MemoryFileSystem()
            let isReleased = Lock(false)
            fileSystem.whileListing.withLock { $0 = { _ = isReleased.wait(atMost: 20) { $0 } } }
            try withMounted(fileSystem) { (path, session) throws in
                let reader = Thread.start(named: "lister") { _ = try? names(in: path) }
                #expect(waits { session.statistics[.opendir].count == 1 })
                let start = OperationStatistics.now()
                #expect(try !session.unmount(within: 0.5))
                #expect(OperationStatistics.now() - start < 5_000_000_000)
                isReleased.announce { $0 = true }
                try #require(reader).join()
            }
        }
    }
}

@Suite("A mountpoint")
struct MountpointTests {
    @Test("that is missing or not a directory is refused, with what to do")
    func unusable() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove("file") }
        let file = try directory.write("file", [1])
        let missing = try Mountpoint(FilePath("\(directory.path)/missing"))
        let error = #expect(throws: SessionError.self) { try missing.check() }
        #expect(error?.reason == .mountpointMissing)
        #expect(error?.description.contains("Create the directory") == true)
        let notADirectory = #expect(throws: SessionError.self) { try Mountpoint(FilePath(file)).check() }
        #expect(notADirectory?.reason == .mountpointNotADirectory)
        #expect(throws: SessionError.self) { try Mountpoint(FilePath("\(directory.path)/none/at/all")) }
        #expect(throws: SessionError.self) { try Mountpoint(FilePath(directory.path)).unmount() }
    }

    @Test("is known by its absolute path without links")
    func resolution() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove("link") }
        try #require(symlink(directory.path, "\(directory.path)/link") == 0)
        #expect(try Mountpoint(FilePath("\(directory.path)/link")).path == directory.path)
        #expect(try Mountpoint(FilePath("\(directory.path)/./")).path == directory.path)
        #expect(try Mountpoint("/").path == "/")
        #expect(try Mountpoint("/").mount != nil)
    }
}

@Suite("The mount table")
struct MountTableTests {
    @Test("lines with escapes and optional fields are read, others passed over")
    func lines() {
        let text = """
            36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            40 35 0:61 / /a\\040b\\011c\\134d rw shared:7 propagate_from:2 - fuse.dicomviewfs /some\\040archive rw
            41 35 0:62 / /plain rw - tmpfs - rw
            nonsense
            42 35 x:1 / /bad rw - tmpfs tmpfs rw
            43 35 0:9 / /no-dash rw tmpfs tmpfs rw
            """
        let entries = MountTable.parse(Array(text.utf8))
        #expect(
            entries == [
                MountTableEntry(
                    deviceMajor: 98, deviceMinor: 0, mountpoint: Array("/mnt2".utf8), type: "ext3", source: "/dev/root"),
                MountTableEntry(
                    deviceMajor: 0, deviceMinor: 61, mountpoint: Array("/a b\tc\\d".utf8), type: "fuse.dicomviewfs",
                    source: "/some archive"),
                MountTableEntry(
                    deviceMajor: 0, deviceMinor: 62, mountpoint: Array("/plain".utf8), type: "tmpfs", source: "-"),
            ])
    }

    @Test("a backslash that begins no octal number stays")
    func brokenEscapes() {
        #expect(MountTable.unescaped(ArraySlice("a\\09b\\777\\04".utf8)) == Array("a\\09b\\777\\04".utf8))
        #expect(MountTable.unescaped(ArraySlice("\\377".utf8)) == [0xff])
    }
}
