// SPDX-License-Identifier: Apache-2.0

import Bitfount
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HeartbeatTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func hub(_ server: LoopbackServer) throws -> HubClient {
        HubClient(
            session: BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http),
            http: http
        )
    }

    @Test func sendsEverythingThatIsKnown() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, #"{"computeId":"c","domain":"d","x":1}"#)
        }
        defer { server.stop() }
        var heartbeat = Heartbeat(names: ["a", "b"], podPublicKey: "ssh-rsa x", instanceID: "i", sdkVersion: "v")
        heartbeat.isBusy = true
        heartbeat.privateIPAddress = "10.0.0.2"
        heartbeat.datasourceHealth = [
            DatasourceHealth(name: "a", status: .healthy),
            DatasourceHealth(name: "b", status: .unhealthy, errorCode: "PATH_NOT_FOUND", message: "gone"),
        ]
        let reply = try await hub(server).heartbeat(heartbeat)
        #expect(reply.computeID == "c")
        #expect(reply.domain == "d")
        #expect(
            server.record.requests.first?.json == [
                "names": ["a", "b"], "podPublicKey": "ssh-rsa x", "instanceId": "i", "sdkVersion": "v", "isBusy": true,
                "isEhrConfigured": false, "isEhrConnected": false, "privateIpAddress": "10.0.0.2",
                "datasourceHealth": [
                    ["name": "a", "status": "healthy"],
                    ["name": "b", "status": "unhealthy", "error_code": "PATH_NOT_FOUND", "message": "gone"],
                ],
            ]
        )
    }

    @Test func refusesWhatTheHubWouldRefuse() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, "{}") }
        defer { server.stop() }
        let hub = try hub(server)
        await expect(.invalidArgument) { try await hub.heartbeat(Heartbeat()) }
        var single = Heartbeat(names: ["a", "b"], podPublicKey: "ssh-rsa x")
        single.form = .single
        await expect(.invalidArgument) { [single] in try await hub.heartbeat(single) }
        single = Heartbeat(names: ["a"])
        single.form = .single
        await expect(.invalidArgument) { [single] in try await hub.heartbeat(single) }
        #expect(server.record.accepted == 0)
    }

    @Test(arguments: [
        (503, BitfountError.Code.serverFailure), (429, .rateLimited), (401, .unauthorized), (202, .unexpectedStatus),
    ])
    func isSentOnce(_ status: Int, _ code: BitfountError.Code) async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(status, "{}") }
        defer { server.stop() }
        await expect(code) { try await hub(server).heartbeat(Heartbeat(names: ["a"])) }
        #expect(server.record.requests.count == 1)
    }
}
