// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

/// The context of a request to a stand-in; it knows the connection, so that a fault can cut it.
struct SandboxRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

typealias SandboxRouter = Router<SandboxRequestContext>
