// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import MessagePack
import Testing

struct LargeObjectContentTests {
    @Test(arguments: [0, 1, 255, 256, 65_535, 65_536])
    func oneLayerIsTakenOff(count: Int) {
        let body = [UInt8](repeating: 0xC4, count: count)
        #expect(LargeObjectContent.unwrap(MessagePackEncoder.encode(.binary(body))) == body)
    }

    @Test
    func onlyOneLayerIsTakenOff() {
        let once = MessagePackEncoder.encode(.binary([1, 2]))
        #expect(LargeObjectContent.unwrap(MessagePackEncoder.encode(.binary(once))) == once)
    }

    @Test(
        arguments: [
            [], [0xC4], [0xC5, 0], [0xC6, 0, 0, 0], [0xC4, 2, 1], [0xC4, 1, 1, 1], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            [0x28, 0xB5, 0x2F, 0xFD], [0x81, 0xA1, 0x41, 1], [0xA1, 0x41],
        ] as [[UInt8]]
    )
    func anythingElseIsTheBody(object: [UInt8]) {
        #expect(LargeObjectContent.unwrap(object) == object)
    }
}
