internal import Archive
internal import SystemPackage
internal import VFS
internal import Views

/// An open file that is made page by page as it is read. Whoever reads backwards has it made anew from its beginning.
final class StreamedFile: OpenFile {
    private struct State {
        var pages: any TextPages
        /// What was made last, and where it stands.
        var page: [UInt8] = []
        var start: UInt64 = 0
        var isAtEnd = false

        var end: UInt64 { start + UInt64(page.count) }
    }

    private let beginning: any TextPages
    /// Nil while a reader has it: a page is made by one at a time, and nothing is locked meanwhile.
    private let state: Monitor<State?>
    private let onFailure: @Sendable (ViewError) -> Void

    /// - Parameter onFailure: Is told why a page could not be made.
    init(_ pages: any TextPages, onFailure: @escaping @Sendable (ViewError) -> Void) {
        beginning = pages
        self.onFailure = onFailure
        state = Monitor(State(pages: pages))
    }

    /// Never kept: the next open makes another one.
    var service: FileService { .direct }
    var version: FileVersion? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        var current = state.await { state in
            defer { state = nil }
            return state
        }
        defer { state.change { $0 = current } }
        if offset < current.start { current = State(pages: beginning) }
        var done = 0
        do throws(IndexError) {
            while done < buffer.count {
                let position = offset + UInt64(done)
                if position < current.end {
                    done += copy(current, from: position, to: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
                } else if current.isAtEnd {
                    break
                } else if let next = try current.pages.next() {
                    current.start = current.end
                    current.page = next
                } else {
                    current.isAtEnd = true
                }
            }
        } catch {
            current.isAtEnd = false
            onFailure(.index(error))
            throw Errno(error)
        }
        return done
    }

    private func copy(_ state: State, from position: UInt64, to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let first = Int(position - state.start)
        let count = min(buffer.count, state.page.count - first)
        state.page.withUnsafeBytes { page in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: page[first..<first + count]))
        }
        return count
    }

    func release() {}
}
