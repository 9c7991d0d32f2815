// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Logging
import Offloading
import PrintableText
import Synchronization
import SystemFiles

/// A runner as a child of the agent: in a process group of its own, with a socket as its standard input and output, its
/// standard error in the agent's log, and nothing else of the agent's: no descriptor, no environment.
final class RunnerProcess: Sendable {
    /// How a child ended.
    enum Exit: Sendable, Equatable {
        case status(Int32)
        case signal(Int32)
    }

    private enum Life {
        case running([CheckedContinuation<Exit, Never>])
        case ended(Exit)
    }

    /// Frames pass over this.
    let connection: RunnerConnection
    private let pid: pid_t
    private let life = Mutex(Life.running([]))
    private let waiting = WorkQueue(label: "runner.exit")
    private let logging = WorkQueue(label: "runner.log")

    /// What a runner sees as its environment.
    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=/tmp", "LANG=C.UTF-8"]
    /// The longest line of a runner that is logged whole, in bytes.
    private static let maximumLogLine = 1_024

    /// Starts a command.
    ///
    /// - Parameters:
    ///   - command: The path of the program and its arguments; no shell reads it.
    ///   - maximumBodyBytes: The longest body that is read from it.
    /// - Throws: ``SystemError`` if it can't be started.
    init(_ command: [String], maximumBodyBytes: Int, logger: Logger) throws(SystemError) {
        let frames = try SocketPair()
        let log = try SocketPair()
        pid = try Self.spawn(command, standard: frames.theirs.number, error: log.theirs.number)
        connection = RunnerConnection(frames.ownEnd(), maximumBodyBytes: maximumBodyBytes)
        let descriptor = LogDescriptor(log.ownEnd())
        let pid = pid
        watch()
        // The thread ends when the last process that holds the other end does.
        Task { [logging] in await logging.run { descriptor.copyLines(to: logger, from: pid) } }
    }

    /// Whether the child has ended.
    var hasEnded: Bool {
        life.withLock { if case .ended = $0 { true } else { false } }
    }

    /// Ends the child and everything in its process group that is still there.
    func kill() {
        connection.hangUp()
        // Under the lock, so that the number is not somebody else's by now.
        life.withLock { if case .running = $0 { Self.signalGroup(pid) } }
    }

    /// Waits for the child's end.
    func exit() async -> Exit {
        await withCheckedContinuation { continuation in
            let ended: Exit? = life.withLock { life in
                switch life {
                case .ended(let exit): return exit
                case .running(let waiters):
                    life = .running(waiters + [continuation])
                    return nil
                }
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }

    private func watch() {
        let pid = pid
        Task { [self] in
            await waiting.run {
                var information = siginfo_t()
                // Not reaped yet, so that the group's number stays taken while the rest of the group is ended.
                while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                self.life.withLock { life in
                    Self.signalGroup(pid)
                    var status: Int32 = 0
                    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                    let signal = status & 0x7F
                    let exit = signal == 0 ? Exit.status(status >> 8 & 0xFF) : .signal(signal)
                    if case .running(let waiters) = life {
                        for waiter in waiters { waiter.resume(returning: exit) }
                    }
                    life = .ended(exit)
                }
            }
        }
    }

    private static func signalGroup(_ pid: pid_t) {
        _ = Glibc.kill(-pid, SIGKILL)
    }

    // MARK: Starting

    /// Two ends of a connection, neither of which a child inherits by itself.
    private struct SocketPair: ~Copyable {
        let own: FileDescriptor
        let theirs: FileDescriptor

        init() throws(SystemError) {
            var numbers: [Int32] = [-1, -1]
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, type, 0, &numbers) == 0 else { throw SystemError.last }
            guard let own = FileDescriptor(adopting: numbers[0]), let theirs = FileDescriptor(adopting: numbers[1])
            else {
                throw SystemError(number: EBADF)
            }
            self.own = own
            self.theirs = theirs
        }

        consuming func ownEnd() -> FileDescriptor { own }
    }

    private static func spawn(_ command: [String], standard: Int32, error: Int32) throws(SystemError) -> pid_t {
        guard let program = command.first else { throw SystemError(number: ENOENT) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, standard, 0)
        posix_spawn_file_actions_adddup2(&actions, standard, 1)
        posix_spawn_file_actions_adddup2(&actions, error, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )
        var pid: pid_t = 0
        let result = withCStrings(command) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&pid, program, &actions, &attributes, arguments, environment)
            }
        }
        guard result == 0 else { throw SystemError(number: result) }
        return pid
    }

    private static func withCStrings<Output>(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Output
    ) -> Output {
        let copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        var pointers = copies
        return pointers.withUnsafeMutableBufferPointer { buffer in
            // There is always the null at the end, so there is an address.
            withUnsafeMutablePointer(to: &buffer[0]) { body($0) }
        }
    }

    /// The agent's end of what a runner writes on its standard error.
    private final class LogDescriptor: Sendable {
        private let descriptor: FileDescriptor

        init(_ descriptor: consuming FileDescriptor) {
            self.descriptor = descriptor
        }

        /// Logs each line, made printable and cut at its limit, until the last writer is gone.
        func copyLines(to logger: Logger, from pid: pid_t) {
            var line: [UInt8] = []
            var isCut = false
            var buffer = [UInt8](repeating: 0, count: 4_096)
            func flush() {
                if !line.isEmpty {
                    let text = String(decoding: line, as: UTF8.self).printable(limit: RunnerProcess.maximumLogLine)
                    logger.info("runner: \(text)\(isCut ? " …" : "")", metadata: ["pid": "\(pid)"])
                }
                line = []
                isCut = false
            }
            while true {
                let count = read(descriptor.number, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer[..<count] {
                    if byte == RunnerFrameDecoder.lineFeed {
                        flush()
                    } else if line.count < RunnerProcess.maximumLogLine {
                        line.append(byte)
                    } else {
                        isCut = true
                    }
                }
            }
            flush()
        }
    }
}
