import Archive
import Foundation
import VFS
import ViewTree
import Views

/// What makes a mount writable: the journal and the drop box.
final class LiveImport: Sendable {
    let journal: ImportJournal
    let imports: InstanceImport
    let box: DropBox
    private let lock: IndexLock

    init(
        _ archive: OpenArchive, schedule: SettlingSchedule, options: MountOptions,
        notifier: @escaping @Sendable () -> (any ChangeNotifier)?, log: @escaping @Sendable (String) -> Void
    ) throws {
        lock = try IndexLock(path: ImportJournal.lockPath(archive.directory))
        journal = try ImportJournal(archive.directory)
        if let damaged = journal.damagedPath {
            log(
                "\(journal.path) was damaged and is now \(damaged): what was dropped is stored or kept as before, but what is not "
                    + "stored has new names in import/, and what is has none")
        }
        let staging = try StagingArea(archive.directory)
        imports = InstanceImport(
            staging: staging, index: archive.index, views: archive.views,
            schedule: schedule)
        var boxOptions = DropBox.Options()
        boxOptions.isStrict = options.strictImport
        boxOptions.settleTime = options.settleTime
        box = DropBox(
            journal: journal, imports: imports, ownership: options.ownership, options: boxOptions, notifier: notifier,
            log: log)
        try box.prepare()
        if try !archive.isComplete { box.waitForFirstScan() }
    }

    /// How many files had which outcome since the mount.
    var outcomeCounts: [ImportOutcome: UInt64] { box.outcomeCounts }

    /// Takes up what a crash left, once the index knows the archive.
    func recover() {
        box.recover()
    }

    /// To be called when nobody can drop any more.
    func stop() {
        box.stop()
        try? journal.sync()
        try? journal.close()
    }
}
