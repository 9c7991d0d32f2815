// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TaskFlow

@Suite("Requests whose body can't be had")
struct UnfetchedBodyTests {
    private func intake() throws -> TaskIntake { TaskIntake(podKey: try TestKeys.pod.get()) }

    @Test("What the message says is kept for the audit log")
    func facts() throws {
        let task = try intake().withoutBody(ModellerRequest().message(body: [0xA1, 0x78]))
        #expect(task.reason == .bodyUnavailable)
        #expect(task.facts.modeller == "alice")
        #expect(task.facts.taskID == "task-1")
    }

    @Test("Unless it is not to be believed")
    func malformed() throws {
        let task = try intake().withoutBody(ModellerRequest(sender: "a\nb").message(body: [0xA1, 0x78]))
        #expect(task.reason == .malformedEnvelope)
        #expect(task.facts.modeller == nil)
    }
}
