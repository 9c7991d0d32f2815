// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation

/// Keeps the first interrupt from breaking an upload off, which would end the Hub's Storage process; the second one does.
final class UploadShield {
    private var sources: [any DispatchSourceSignal] = []

    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                StandardError.write(
                    "waiting for the end of the upload; interrupt again to break it off, which may end the Hub's Storage"
                )
                signal(number, SIG_DFL)
            }
            source.activate()
            sources.append(source)
        }
    }

    /// Interrupts end the command again.
    func end() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
