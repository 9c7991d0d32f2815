// SPDX-License-Identifier: Apache-2.0

package import Bitfount
package import Cryptography
package import Logging
import Synchronization
import Timekeeping

/// Which key of which modeller: what a signed request names, and nobody has proven.
package struct ModellerKeyName: Sendable, Hashable {
    let modeller: String
    let keyID: String

    /// - Returns: `nil` if the names are none that the Hub could have.
    init?(modeller: String?, keyID: String?) {
        guard let modeller, PodIdentifier.isValidUsername(modeller), let keyID, Self.isPlain(keyID) else { return nil }
        self.modeller = modeller
        self.keyID = keyID
    }

    /// 1 to 128 letters, digits, `-` and `_`: anything else would be part of a URL.
    private static func isPlain(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// What the Hub says of a modeller's key.
package enum ModellerKey: Sendable {
    /// Signatures with it count.
    case active(RSAPublicKey)
    /// The Hub shows no active key of that name, or could not be asked. That says nothing about a signature.
    case unknown
}

/// Where the keys of modellers come from.
package protocol ModellerKeySource: Sendable {
    /// What is known without asking; `nil` if the Hub has to be asked.
    func known(_ name: ModellerKeyName) -> ModellerKey?
    /// Asks the Hub. How often that is done is for the caller to bound.
    func lookUp(_ name: ModellerKeyName) async -> ModellerKey
}

/// The keys of modellers as the Hub shows them, remembered for a while (bitfount-protocol.md, 3.3 and 13.6).
///
/// A key only shows that a signature is right or wrong. Whether its owner may do anything is the Access Manager's word.
package final class ModellerKeys: ModellerKeySource {
    /// For how long and how many are remembered.
    package struct Limits: Sendable {
        /// How long an active key is remembered: 1 h. A key that is withdrawn meanwhile is the Access Manager's to refuse.
        var activeLife: Duration = .seconds(3_600)
        /// How long it is remembered that the Hub shows no active key: 60 s.
        var unknownLife: Duration = .seconds(60)
        /// How long one answer is waited for: 5 s.
        var patience: Duration = .seconds(5)
        /// How long the Hub is left alone after it could not be asked: 10 s.
        var pause: Duration = .seconds(10)
        /// How many active keys, and how many names without one, are remembered: 4,096 each. The oldest are forgotten first.
        var count = 4_096

        package init() {}
    }

    private struct State {
        var active = RecentValues<ModellerKeyName, RSAPublicKey>()
        var unknown = RecentValues<ModellerKeyName, Bool>()
        var resumesAt: Duration = .zero
    }

    private let limits: Limits
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let ask: @Sendable (ModellerKeyName) async throws(BitfountError) -> RSAPublicKey?
    private let state = Mutex(State())
    private let logger: Logger

    /// - Parameter ask: Asks the Hub for an active key; `nil` if there is none.
    package init(
        limits: Limits = Limits(),
        clock: any Clock<Duration> = .continuous,
        logger: Logger,
        ask: @escaping @Sendable (ModellerKeyName) async throws(BitfountError) -> RSAPublicKey?
    ) {
        self.limits = limits
        self.clock = clock
        elapsed = clock.stopwatch()
        self.logger = logger
        self.ask = ask
    }

    /// The keys that a Hub has.
    package convenience init(hub: HubClient, logger: Logger) {
        self.init(logger: logger) { name throws(BitfountError) in
            try await hub.activeUserKey(name.keyID, of: name.modeller)?.key()
        }
    }

    package func known(_ name: ModellerKeyName) -> ModellerKey? {
        let now = elapsed()
        return state.withLock { state in
            if let key = state.active.value(of: name, at: now) { return .active(key) }
            let isUnknown = state.unknown.value(of: name, at: now) ?? (now < state.resumesAt)
            return isUnknown ? .unknown : nil
        }
    }

    package func lookUp(_ name: ModellerKeyName) async -> ModellerKey {
        // Somebody may have asked since.
        if let known = known(name) { return known }
        let answer = await answerInTime(name)
        let now = elapsed()
        return state.withLock { state in
            switch answer {
            case .success(let key?):
                state.active.insert(key, for: name, until: now + limits.activeLife, atMost: limits.count)
                return .active(key)
            case .success(nil):
                state.unknown.insert(true, for: name, until: now + limits.unknownLife, atMost: limits.count)
                return .unknown
            case .failure:
                state.resumesAt = now + limits.pause
                return .unknown
            }
        }
    }

    private struct Unanswered: Error {}

    private func answerInTime(_ name: ModellerKeyName) async -> Result<RSAPublicKey?, any Error> {
        await withTaskGroup(of: Result<RSAPublicKey?, any Error>.self) { group in
            group.addTask { [ask, logger] in
                do throws(BitfountError) {
                    return .success(try await ask(name))
                } catch {
                    // What is no key is not there: others' keys are not worse for it.
                    guard error.isTransient else { return .success(nil) }
                    logger.warning("the Hub can't be asked for a modeller's key: \(error)")
                    return .failure(error)
                }
            }
            group.addTask { [clock, limits] in
                try? await clock.sleep(for: limits.patience)
                return .failure(Unanswered())
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(Unanswered())
        }
    }
}

/// Values that are remembered for a while, the newest of them.
struct RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: (value: Value, end: Duration)] = [:]
    /// The keys in the order in which they came.
    private var order: ArraySlice<Key> = []

    var count: Int { values.count }

    func value(of key: Key, at moment: Duration) -> Value? {
        guard let found = values[key], moment < found.end else { return nil }
        return found.value
    }

    mutating func insert(_ value: Value, for key: Key, until end: Duration, atMost limit: Int) {
        if values.updateValue((value, end), forKey: key) == nil { order.append(key) }
        while values.count > limit, let oldest = order.popFirst() { values[oldest] = nil }
    }
}
