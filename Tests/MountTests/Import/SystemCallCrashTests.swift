import Foundation
import Testing

@testable import dicomviewfs

/// Whether processes can be traced here.
private enum Tracing {
    static let isPossible: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["strace", "-f", "-o", "/dev/null", "-e", "inject=unlink:signal=KILL:when=9", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

/// The daemon, or `dicomviewfs import`, is killed by strace before each call that changes something on the disk.
@Suite(
    .serialized,
    .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)),
    .enabled(if: Tracing.isPossible, "strace is not there, or may not trace (ptrace): skipped"),
    .timeLimit(.minutes(10)))
struct SystemCallCrashTests {
    /// What changes files, names or what is durable of them.
    private static let calls =
        "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,"
        + "ftruncate,fallocate,copy_file_range,utimensat"
    /// How many calls are tried of each kind of import.
    private static let sampleCount = 8

    enum Way: String, CaseIterable, Sendable {
        case dropBox = "import/"
        case inPlace = "default/"
        case command = "dicomviewfs import"
    }

    /// Attaches strace to a process that runs, and waits until it has. With `number` it kills the process at the call of that number.
    private func trace(_ pid: Int32, killingAt number: Int?, log: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["strace", "-f", "-o", log, "-e", "trace=\(Self.calls)"]
            + (number.map { ["-e", "inject=\(Self.calls):signal=KILL:when=\($0)"] } ?? []) + ["-p", "\(pid)"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let status = "/proc/\(pid)/status"
        #expect(
            Program.wait(seconds: 10) {
                (try? String(contentsOfFile: status, encoding: .utf8))?.contains(
                    "TracerPid:\t\(process.processIdentifier)")
                    == true
            })
        // All threads of it, not the first alone.
        usleep(100_000)
        return process
    }

    /// Copies a file into `target` and makes it durable: true if every call said that it is.
    private func put(_ bytes: Data, to target: String, creating: Bool) -> Bool {
        let file = open(target, O_WRONLY | O_TRUNC | (creating ? O_CREAT : 0), 0o644)
        guard file >= 0 else { return false }
        let isWritten = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count
        let isSynced = isWritten && fsync(file) == 0
        return close(file) == 0 && isWritten || isSynced
    }

    /// Drops `sources`, in place the first over what is there; those that were answered for.
    private func drop(_ sources: [Data], _ way: Way, _ fixture: ImportFixture, shown: String) -> Set<Data> {
        var done: Set<Data> = []
        for (number, bytes) in sources.enumerated() {
            let target = way == .inPlace && number == 0 ? shown : fixture.mountpoint + "/\(way.rawValue)\(number).dcm"
            if put(bytes, to: target, creating: target != shown) { done.insert(bytes) }
        }
        return done
    }

    /// The greatest number of calls that one thread made: strace counts them for each.
    private func calls(in log: String) throws -> Int {
        var counts: [Substring: Int] = [:]
        for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") where line.contains("(") {
            guard let thread = line.split(separator: " ").first else { continue }
            counts[thread, default: 0] += 1
        }
        return counts.values.max() ?? 0
    }

    private func run(_ way: Way, killingAt number: Int?) throws -> (calls: Int, wasKilled: Bool) {
        let fixture = try ImportFixture()
        let slices = try fixture.dropped { $0.contains("axial") }
        let first = try Data(contentsOf: URL(filePath: slices[0]))
        try FileManager.default.copyItem(atPath: slices[0], toPath: "\(fixture.archive)/first.dcm")
        let sources = try slices[1...2].map { try Data(contentsOf: URL(filePath: $0)) }
        let known = Set(sources + [first])
        let log = fixture.mounts.place.appending(path: "strace").path
        var done: Set<Data> = []
        var wasKilled = false
        if way == .command {
            // Under strace from the start.
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                ["strace", "-f", "-o", log, "-e", "trace=\(Self.calls)"]
                + (number.map { ["-e", "inject=\(Self.calls):signal=KILL:when=\($0)"] } ?? [])
                + [Program.path, "import", fixture.archive] + slices[1...2]
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            wasKilled = process.terminationStatus != 0
            if !wasKilled { done = Set(sources) }
        } else {
            try fixture.mount("-o", "settle_time=60,strict_import")
            let shown = try "\(fixture.mountpoint)/\(#require(fixture.files(of: "default").first))"
            let pid = try fixture.pid()
            let strace = try trace(pid, killingAt: number, log: log)
            done = drop(sources, way, fixture, shown: shown)
            wasKilled = number != nil && Program.wait(seconds: 1) { !isRunning(pid) }
            if number == nil { try fixture.unmount() } else { kill(pid, SIGKILL) }
            #expect(Program.wait(seconds: 20) { !isRunning(pid) && !strace.isRunning })
            if number != nil {
                #expect(
                    Program.wait(seconds: 20) {
                        (try? fixture.mounts.run("unmount", fixture.mountpoint).status) == 0
                    })
            }
        }
        try check(way, killedAt: number, fixture, sources, done, known)
        return (try calls(in: log), wasKilled)
    }

    /// What must hold after the crash.
    private func check(
        _ way: Way, killedAt number: Int?, _ fixture: ImportFixture, _ sources: [Data], _ done: Set<Data>,
        _ known: Set<Data>
    ) throws {
        let place = "\(way.rawValue), killed at call \(number ?? 0)"
        try fixture.mount("-o", "settle_time=0.2")
        // What was answered for is stored, whole; nothing else than what was brought is shown.
        #expect(
            Program.wait(seconds: 20) {
                guard let shown = try? fixture.files(of: "default").map({ try fixture.bytes($0) }) else { return false }
                return Set(shown).isSuperset(of: done) && Set(shown).isSubset(of: known)
            }, "\(place)")
        #expect(
            try fixture.files(of: "default").count
                == Set(fixture.files(of: "default").map { try fixture.bytes($0) }).count)
        // A second copy finds it, or completes it.
        for (number, bytes) in sources.enumerated() {
            let name = "again \(number).dcm"
            try bytes.write(to: URL(filePath: fixture.drop(name)), options: .withoutOverwriting)
            let outcome = fixture.outcome(name)
            #expect(
                outcome == "alreadyThere" || outcome == "stored" && !done.contains(bytes), "\(place): \(outcome ?? "")")
        }
        // The kernel is told of a new name after its outcome is written down.
        #expect(
            Program.wait(seconds: 20) {
                (try? Set(fixture.files(of: "default").map { try fixture.bytes($0) })) == known
            }, "\(place)")
        // What lies in the staging area has a name.
        let staging = "\(fixture.archive)/.dicomviewfs/staging"
        #expect(
            Program.wait(seconds: 20) {
                let names = try? fixture.lines(of: "imports.tsv").dropFirst().filter { $0[1] == "pending" }.count
                return names != nil && (try? FileManager.default.contentsOfDirectory(atPath: staging).count) == names
            }, "\(place)")
        try fixture.unmount()
        #expect(try fixture.archiveFiles().count == known.count, "\(place)")
    }

    @Test(
        "killed at calls spread evenly over all that change the disk, an import loses nothing it answered for and stores nothing by half",
        arguments: Way.allCases)
    func killed(_ way: Way) throws {
        let count = try run(way, killingAt: nil).calls
        try #require(count > 5)
        let step = max(1, count / Self.sampleCount)
        var killed = 0
        for number in stride(from: 1, through: count, by: step) where try run(way, killingAt: number).wasKilled {
            killed += 1
        }
        #expect(killed > 3, "\(killed) of \(count / step) calls were met")
    }
}
