// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import HTTPTransport
import PodSandbox
import TestSupport
import Testing

/// The stand-ins answer every recorded request of the genuine SDKs as the genuine services did.
@Suite struct GenuineRequestTests {
    struct Recording: Decodable {
        let sdks: [String: [Call]]
    }

    struct Call: Decodable {
        let name: String
        let user: String?
        let login: String?
        let world: JSONValue?
        let requests: [RecordedCall]
    }

    struct RecordedCall: Decodable {
        let service: String
        let method: String
        let path: String
        let query: [[String]]
        let headers: [String: String]
        let body: JSONValue?
        let status: JSONValue
    }

    /// Calls that need a certificate request in a state that the recording does not show.
    static let skipped: Set = ["request certificate", "certificate"]

    @Test(arguments: ["1.0.6", "13.0.0"])
    func recordedRequestsAreAnsweredAlike(_ sdk: String) async throws {
        let recording = try Fixtures.json("bitfount/expected_requests.json", as: Recording.self)
        let calls = try #require(recording.sdks[sdk])
        var configuration = try SandboxKeys.configuration()
        configuration.owner = SandboxUser("acme")
        try await withSandbox(configuration) { sandbox async throws in
            try prepare(sandbox)
            let replay = Replay(sandbox: sandbox)
            defer { replay.http.shutdown() }
            for call in calls where call.world == nil && !Self.skipped.contains(call.name) {
                for request in call.requests where request.service != "s3" {
                    let status = try await replay.status(of: request, call)
                    #expect(
                        request.status == .integer(Int64(status)),
                        "\(call.name): \(request.method) \(request.path)"
                    )
                }
            }
        }
    }

    /// What the recording relies on.
    private func prepare(_ sandbox: Sandbox) throws {
        for name in ["alice", "bob"] { sandbox.directory.add(SandboxUser(name)) }
        sandbox.hub.acceptsSingleNameHeartbeat = true
        sandbox.hub.add(
            HubProject(id: "proj-1", name: "Trial", owner: "bob", members: ["acme"], datasets: ["bob/clinic"])
        )
        let key = try SandboxKeys.privateKey("modeller").publicKey
        sandbox.hub.addKey(key, of: "alice", id: "key-on")
        sandbox.hub.addKey(key, of: "alice", id: "key-off", isActive: false)
    }
}

/// Sends recorded requests, with the placeholders filled in, and stores what the answers ask to be stored.
private struct Replay: Sendable {
    let sandbox: Sandbox
    let http = HTTPClient()

    func status(of recorded: GenuineRequestTests.RecordedCall, _ call: GenuineRequestTests.Call) async throws -> Int {
        let base = recorded.service == "am" ? try sandbox.accessManager.url : try sandbox.hub.url
        let query = FormEncoding.encode(recorded.query.map { ($0[0], $0[1]) })
        let path = filled(recorded.path) + (query.isEmpty ? "" : "?\(query)")
        let url = try #require(URL(string: base.absoluteString + path))
        var headers = HTTPHeaders()
        for (name, value) in recorded.headers {
            headers.append(name, value == "Bearer <token>" ? "Bearer \(try token(call.user ?? "acme"))" : value)
        }
        var request = HTTPRequest(HTTPMethod(rawValue: recorded.method), url, headers: headers)
        if let body = recorded.body?.objectValue?["json"] {
            request.body = .bytes(Data(filled(String(decoding: try body.encoded(), as: UTF8.self)).utf8))
        }
        request.retry = .none
        let response = try await http.send(request)
        try await store(response, size: size(announcedIn: recorded.body))
        return response.status
    }

    private func filled(_ text: String) -> String {
        text.replacing("<uuid>", with: "0e37df36-f698-11e6-8dd4-cb9ced3df976")
    }

    private func token(_ username: String) throws -> String {
        try sandbox.identityProvider.issueToken(to: username)
    }

    private func size(announcedIn body: JSONValue?) -> Int {
        let members = body?.objectValue?["json"]?.objectValue ?? [:]
        let sizes = ["schemaSize", "modelSize", "weightSize"].compactMap { members[$0]?.integerValue }
        return sizes.first.map(Int.init) ?? 0
    }

    private func store(_ response: HTTPResponse, size: Int) async throws {
        let answer = try? JSONDecoder().decode(JSONValue.self, from: response.body).objectValue
        guard let text = answer?["uploadUrl"]?.stringValue, let url = URL(string: text),
            let fields = answer?["uploadFields"]?.objectValue
        else { return }
        let form = MultipartForm(
            fields: fields.map { (name: $0.key, value: $0.value.stringValue ?? "") },
            file: .init(filename: "bitfount_file", content: .bytes(Data(count: size)))
        )
        let stored = try await http.send(try await .multipart(url, form))
        #expect(stored.status == 204)
    }
}
