// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Testing

@testable import BitfountMessaging

struct SilenceWatchdogTests {
    private let channel = EmbeddedChannel()

    init() throws {
        try channel.pipeline.syncOperations.addHandler(SilenceWatchdog(limit: .seconds(30)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func write() throws {
        try channel.writeOutbound(ByteBuffer(string: "x"))
    }

    private func read() throws {
        try channel.writeInbound(ByteBuffer(string: "x"))
    }

    private func pass(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    @Test
    func silenceAfterAWriteClosesTheConnection() throws {
        try write()
        pass(29)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
        #expect(throws: ConnectionSilent(limit: .seconds(30))) { try channel.throwIfErrorCaught() }
    }

    @Test
    func laterWritesDoNotExtendTheSilence() throws {
        try write()
        pass(20)
        try write()
        pass(10)
        #expect(!channel.isActive)
    }

    @Test
    func anAnswerEndsTheSilence() throws {
        for _ in 1...10 {
            try write()
            pass(20)
            try read()
            #expect(channel.isActive)
        }
    }

    @Test
    func theSilenceIsCountedFromTheWriteAndNotFromTheTimer() throws {
        try write()
        try read()
        pass(20)
        try write()
        pass(29)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test
    func aConnectionWithNothingToSayIsLeftAlone() throws {
        try write()
        try read()
        pass(3_600)
        #expect(channel.isActive)
    }
}
