// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging

#if canImport(Glibc)
    import Glibc
#endif

/// Sets the process's logging up once.
public enum LogOutput {
    /// Directs all loggers to standard error in the configured form.
    ///
    /// Call it once, before the first logger is made.
    public static func bootstrap(_ configuration: LogConfiguration) {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let json = configuration.format == .json || (configuration.format == .auto && !isTerminal)
        let level = configuration.level
        LoggingSystem.bootstrap { label in
            let handler: any LogHandler =
                json
                ? JSONLogHandler(label: label, logLevel: level, write: writeToStandardError)
                : TextLogHandler(label: label, logLevel: level, write: writeToStandardError)
            return handler
        }
    }

    @Sendable
    private static func writeToStandardError(_ line: Data) {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0 && errno == EINTR { continue }
                // Nobody can be told that standard error is gone.
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
