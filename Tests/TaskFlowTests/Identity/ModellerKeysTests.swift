// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import Logging
import Synchronization
import TestSupport
import Testing

@testable import TaskFlow

@Suite("Modellers' keys") struct ModellerKeysTests {
    private let clock = ManualClock()

    private func name(_ modeller: String = "alice", _ key: String = "key-1") throws -> ModellerKeyName {
        try #require(ModellerKeyName(modeller: modeller, keyID: key))
    }

    private func keys(
        _ limits: ModellerKeys.Limits = ModellerKeys.Limits(),
        ask: @escaping @Sendable (ModellerKeyName) async throws(BitfountError) -> RSAPublicKey?
    ) -> ModellerKeys {
        ModellerKeys(
            limits: limits,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            ask: ask
        )
    }

    private func isActive(_ key: ModellerKey?) -> Bool {
        if case .active = key { true } else { false }
    }

    @Test("Names that could be anything but names are asked for nowhere")
    func names() {
        for (modeller, key) in [
            ("alice", ".."), ("..", "key-1"), ("alice", ""), ("alice", "a/b"), ("alice", "a?b"), ("Alice", "key-1"),
            ("alice", String(repeating: "x", count: 129)), (String(repeating: "x", count: 40), "key-1"),
        ] {
            #expect(ModellerKeyName(modeller: modeller, keyID: key) == nil)
        }
        #expect(ModellerKeyName(modeller: nil, keyID: "key-1") == nil)
        #expect(ModellerKeyName(modeller: "alice", keyID: nil) == nil)
    }

    @Test("A key is asked for once in an hour")
    func remembers() async throws {
        let key = try TestKeys.modeller.get().publicKey
        let count = Mutex(0)
        let keys = keys { _ throws(BitfountError) in
            count.withLock { $0 += 1 }
            return key
        }
        #expect(keys.known(try name()) == nil)
        #expect(isActive(await keys.lookUp(try name())))
        clock.advance(by: .seconds(3_599))
        #expect(isActive(keys.known(try name())))
        #expect(isActive(await keys.lookUp(try name())))
        #expect(count.withLock { $0 } == 1)
        clock.advance(by: .seconds(1))
        #expect(keys.known(try name()) == nil)
    }

    @Test("That there is no active key is remembered for a minute, and is no proof of anything")
    func unknown() async throws {
        let keys = keys { _ throws(BitfountError) in nil }
        #expect(!isActive(await keys.lookUp(try name())))
        #expect(keys.known(try name()) != nil)
        clock.advance(by: .seconds(60))
        #expect(keys.known(try name()) == nil)
    }

    @Test("A Hub that can't be asked is left alone for a while, and takes no key away")
    func failure() async throws {
        let key = try TestKeys.modeller.get().publicKey
        let keys = keys { name throws(BitfountError) in
            guard name.modeller == "alice" else { throw BitfountError(.unreachable, "scripted") }
            return key
        }
        #expect(isActive(await keys.lookUp(try name())))
        #expect(!isActive(await keys.lookUp(try name("bob"))))
        #expect(keys.known(try name("carol")) != nil)
        #expect(isActive(keys.known(try name())))
        clock.advance(by: .seconds(10))
        #expect(keys.known(try name("carol")) == nil)
    }

    @Test("An answer that takes too long is not waited for")
    func patience() async throws {
        let keys = keys { [clock] _ throws(BitfountError) in
            // Cancelled means over.
            try? await clock.sleep(for: .seconds(3_600))
            return nil
        }
        async let key = keys.lookUp(try name())
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        #expect(!isActive(try await key))
    }

    @Test("Only so many are remembered, the newest")
    func count() async throws {
        let key = try TestKeys.modeller.get().publicKey
        var limits = ModellerKeys.Limits()
        limits.count = 3
        let keys = keys(limits) { name throws(BitfountError) in name.modeller == "alice" ? key : nil }
        _ = await keys.lookUp(try name())
        for number in 0..<100 { _ = await keys.lookUp(try name("forged-\(number)")) }
        #expect(isActive(keys.known(try name())))
        #expect(keys.known(try name("forged-99")) != nil)
        #expect(keys.known(try name("forged-96")) == nil)
    }
}
