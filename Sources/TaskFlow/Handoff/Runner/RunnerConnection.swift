// SPDX-License-Identifier: Apache-2.0

import Glibc
import Offloading
import Synchronization
import SystemFiles

/// A stream socket with a runner at its other end. Reading and writing go on side by side, each on a thread of its own.
final class RunnerConnection: Sendable {
    private struct Input {
        var decoder: RunnerFrameDecoder
        var unread: ArraySlice<UInt8> = []
    }

    private let socket: FileDescriptor
    private let input: Mutex<Input>
    private let reading = WorkQueue(label: "runner.read")
    private let writing = WorkQueue(label: "runner.write")

    /// The most bytes that one call reads.
    private static let chunk = 64 << 10

    /// - Parameters:
    ///   - socket: The agent's end.
    ///   - maximumBodyBytes: The longest body that is read.
    init(_ socket: consuming FileDescriptor, maximumBodyBytes: Int) {
        self.socket = socket
        input = Mutex(Input(decoder: RunnerFrameDecoder(maximumBodyBytes: maximumBodyBytes)))
    }

    /// The next frame; `nil` once the stream has ended between frames.
    ///
    /// Waits for it, also past a cancellation: ``hangUp()`` is what ends the waiting.
    func nextFrame() async throws(RunnerFrameError) -> RunnerFrame? {
        try await reading.run { () throws(RunnerFrameError) in try self.readFrame() }
    }

    /// Writes a frame whole.
    ///
    /// - Returns: `false` if the other end is gone.
    func send(_ frame: FrameToRunner) async -> Bool {
        let frame = frame.frame
        guard let header = try? frame.header() else { return false }
        return await writing.run {
            header.withUnsafeBytes(self.write) && frame.body.withUnsafeBytes(self.write)
        }
    }

    /// Ends the stream for both sides, and with it all reading and writing.
    func hangUp() {
        shutdown(socket.number, Int32(SHUT_RDWR))
    }

    private func readFrame() throws(RunnerFrameError) -> RunnerFrame? {
        // Only one piece of work reads at a time; the lock is never waited for.
        let result = input.withLock { input in
            Result { () throws(RunnerFrameError) in try readFrame(&input) }
        }
        return try result.get()
    }

    private func readFrame(_ input: inout Input) throws(RunnerFrameError) -> RunnerFrame? {
        while true {
            if let frame = try input.decoder.next(from: &input.unread) { return frame }
            var failed = false
            let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
                var read: Int
                repeat {
                    read = recv(socket.number, buffer.baseAddress, buffer.count, 0)
                } while read < 0 && errno == EINTR
                failed = read < 0
                count = max(0, read)
            }
            // A connection that was reset has ended as well.
            guard !failed, !chunk.isEmpty else {
                guard input.decoder.isBetweenFrames else { throw .cutOff }
                return nil
            }
            input.unread = chunk[...]
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let sent = Glibc.send(socket.number, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
