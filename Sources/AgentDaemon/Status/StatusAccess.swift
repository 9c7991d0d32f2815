// SPDX-License-Identifier: Apache-2.0

import FlameNode
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import Offloading

/// Who may what over the status socket, by what the kernel says of the process that connected (`SO_PEERCRED`).
///
/// The service's account and root may do everything. Members of two groups may do a part of it, where the configuration
/// names them. Everybody else is told nothing.
struct StatusAccess: Sendable {
    /// What somebody may do.
    struct Rights: OptionSet, Sendable {
        let rawValue: Int

        /// See health, status and metrics.
        static let reading = Rights(rawValue: 1)
        /// Decide about this node's part in projects and analyses.
        static let approving = Rights(rawValue: 2)
        /// Everything else: consents, reports, keys, the audit log.
        static let administering = Rights(rawValue: 4)
        static let all: Rights = [.reading, .approving, .administering]
    }

    /// The account that a process runs as. The layout is that of the kernel's `ucred`.
    struct Peer: Sendable, Hashable {
        var processID: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// Its members may decide about approvals; `nil` for nobody.
    var approversGroup: String?
    /// Its members may read; `nil` for nobody.
    var monitorGroup: String?
    /// Whether a user is in a group, the one that the process runs as included.
    var isMember: @Sendable (Peer, _ group: String) -> Bool = {
        UserGroups.contains($1, user: $0.user, group: $0.group)
    }
    /// Who may do everything: the service's account and root.
    var administrators: Set<uid_t> = [geteuid(), 0]

    /// Whether others than the service's account and root have rights, so that they must be able to connect.
    var admitsOthers: Bool { approversGroup != nil || monitorGroup != nil }

    /// What a process may do. Looks groups up, which may block.
    func rights(of peer: Peer) -> Rights {
        if administrators.contains(peer.user) { return .all }
        var rights: Rights = []
        if let approversGroup, isMember(peer, approversGroup) { rights.insert(.approving) }
        if let monitorGroup, isMember(peer, monitorGroup) { rights.insert(.reading) }
        return rights
    }
}

/// The groups of the operating system.
enum UserGroups {
    /// Whether there is a group of this name.
    static func exists(_ name: String) -> Bool { number(of: name) != nil }

    /// Whether the user is a member of the group, or the process runs as it.
    static func contains(_ name: String, user: uid_t, group: gid_t) -> Bool {
        guard let wanted = number(of: name) else { return false }
        if wanted == group { return true }
        guard let account = account(of: user) else { return false }
        var count: Int32 = 64
        while count <= 65_536 {
            var groups = [gid_t](repeating: 0, count: Int(count))
            var found = count
            if getgrouplist(account.name, account.group, &groups, &found) >= 0 {
                return groups.prefix(Int(found)).contains(wanted)
            }
            count = max(found, count * 2)
        }
        return false
    }

    private static func number(of name: String) -> gid_t? {
        var entry = group()
        var buffer = [CChar](repeating: 0, count: bufferBytes)
        var result: UnsafeMutablePointer<group>?
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &result) == 0, result != nil else { return nil }
        return entry.gr_gid
    }

    private static func account(of user: uid_t) -> (name: String, group: gid_t)? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: bufferBytes)
        var result: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &result) == 0, result != nil, let name = entry.pw_name
        else { return nil }
        return (String(cString: name), entry.pw_gid)
    }

    /// Groups can have many members.
    private static let bufferBytes = 1 << 20
}

/// Refuses who may not, before a route sees the request.
struct PeerCheck: RouterMiddleware {
    /// A lookup can take as long as a directory server.
    private static let lookups = WorkQueue(label: "pod-agent.status.groups")

    let access: StatusAccess

    func handle(
        _ request: Request,
        context: StatusRequestContext,
        next: (Request, StatusRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let socket = context.channel as? any SocketOptionProvider else { throw HTTPError(.forbidden) }
        let peer = try await socket.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET),
            name: SocketOptionName(SO_PEERCRED)
        ).map { (peer: StatusAccess.Peer) in peer }.get()
        var context = context
        context.rights = await Self.lookups.run { [access] in access.rights(of: peer) }
        let needed: StatusAccess.Rights = request.method == .get ? .reading : [.approving, .administering]
        guard !context.rights.isDisjoint(with: needed) else {
            throw HTTPError(.forbidden, message: "this account may not do that")
        }
        return try await next(request, context)
    }
}

/// Answers on a port only who asks for it by its name: a page in a browser can have its own name lead to this machine.
struct HostCheck: RouterMiddleware {
    let host: String
    let port: Int

    func handle(
        _ request: Request,
        context: StatusRequestContext,
        next: (Request, StatusRequestContext) async throws -> Response
    ) async throws -> Response {
        let name = host.contains(":") ? "[\(host)]" : host
        guard let asked = request.head.authority?.lowercased(), [name, "\(name):\(port)"].contains(asked) else {
            throw HTTPError(.misdirectedRequest, message: "this is \(name):\(port)")
        }
        var context = context
        context.rights = .reading
        return try await next(request, context)
    }
}
