// SPDX-License-Identifier: Apache-2.0

/// How much of task requests is in memory at once, over all tasks: from before a request is fetched until its task is decided.
/// Anybody can have objects of any size fetched, and as slowly as they please.
///
/// What is large waits for what is large only. A request of ordinary size waits for nobody: the places for tasks bound how many
/// of those there are.
struct RequestMemory: Sendable {
    /// Up to this size requests are not counted: 64 KiB, in which nearly all genuine ones find room.
    static let uncountedBytes = 64 << 10
    /// Up to this size requests have a quarter of the memory to themselves: 1 MiB.
    static let mediumBytes = 1 << 20
    /// How much there is: 24 MiB unless given. A request in work takes up to five times its size, since it is there packed,
    /// unpacked and decoded.
    static let standardBytes = 24 << 20

    private let medium: ByteBudget
    private let large: ByteBudget
    private let unproven: ByteBudget

    init(bytes: Int = Self.standardBytes) {
        medium = ByteBudget(bytes: bytes / 4)
        large = ByteBudget(bytes: bytes - bytes / 4)
        unproven = ByteBudget(bytes: bytes)
    }

    /// Waits for room for a request of this size.
    ///
    /// - Returns: `nil` if the task was cancelled meanwhile.
    func claim(_ bytes: Int) async -> ByteClaim? {
        guard bytes > Self.uncountedBytes else { return .nothing }
        return await (bytes > Self.mediumBytes ? large : medium).take(bytes)
    }

    /// Room for a request whose modeller has to prove who they are, which takes minutes: none that is proved already waits for
    /// it, and so it does not wait either.
    ///
    /// - Returns: `nil` if there is no room.
    func claimUnproven(_ bytes: Int) -> ByteClaim? {
        guard bytes > Self.uncountedBytes else { return .nothing }
        return unproven.takeNow(bytes)
    }
}
