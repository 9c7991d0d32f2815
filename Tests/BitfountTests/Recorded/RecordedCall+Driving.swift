// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import Foundation
import HTTPTransport
import MessagePack
import StrictJSON
import Testing

extension RecordedCall {
    /// Makes the call with the Swift clients.
    func drive(_ environment: BitfountEnvironment, _ http: HTTPClient) async throws {
        let session = BitfountSession(environment: environment, credentials: credentials, http: http)
        if method.hasPrefix("BitfountAM") {
            try await drive(AccessManagerClient(session: session, http: http))
        } else {
            try await drive(HubClient(session: session, http: http))
        }
    }

    private func text(_ key: String) throws -> String {
        try #require(arguments[key]?.stringValue, "the argument \(key)")
    }

    private func key(_ value: JSONValue?) throws -> RSAPublicKey {
        let name = try #require(value?["$public_key"].stringValue)
        return try RSAPublicKey(try #require(TestKeys.openSSH(name).stringValue))
    }

    private func drive(_ accessManager: AccessManagerClient) async throws {
        if method == "BitfountAM.get_access_manager_key" {
            #expect(
                try await accessManager.publicKey() == RSAPublicKey(try #require(TestKeys.pem("other").stringValue))
            )
            return
        }
        if method == "BitfountAM.get_saml_challenge" {
            _ = try await accessManager.samlChallenge()
            return
        }
        let request = AccessRequest(
            podIdentifier: try PodIdentifier(text("pod_identifier")),
            modellerName: try text("modeller_name"),
            protocolJSON: Self.protocolJSON,
            projectID: arguments["project_id"]?.stringValue
        )
        let verdict: AccessVerdict
        switch method {
        case "BitfountAM.check_signature_based_access_request":
            verdict = try await accessManager.checkSignature(
                request,
                encryptedRequest: try #require(arguments["unsigned_task"]?.fixtureBytes),
                signature: try #require(arguments["task_signature"]?.fixtureBytes),
                keyID: arguments["public_key_id"]?.stringValue
            )
        case "BitfountAM.check_oidc_access_request":
            let token = Secret(try text("modeller_access_token"))
            verdict = try await accessManager.checkOIDC(request, modellerToken: token)
        case "BitfountAM.validate_saml_response":
            let id = Data(#"{"samlRequest":"","id":"\#(try text("saml_request_id"))"}"#.utf8)
            verdict = try await accessManager.checkSAML(
                request,
                response: try #require(arguments["saml_response"]?.objectValue),
                challenge: JSONDecoder().decode(SAMLChallenge.self, from: id)
            )
        default: throw UnknownCall(method: method)
        }
        let returned = returns.stringValue ?? returns["response_type"].stringValue
        // The SDK makes NO_ACCESS of a code that it does not know; here it is kept.
        #expect(verdict.code.isKnown ? verdict.code.rawValue == returned : verdict.code.rawValue == "PERHAPS")
    }

    private func drive(_ hub: HubClient) async throws {
        switch method {
        case "BitfountHub.register_pod": try await register(hub)
        case "BitfountHub.do_pod_heartbeat": _ = try await hub.heartbeat(heartbeat())
        case "BitfountHub.get_pod":
            let pod = try await hub.pod(identifier(), project: arguments["project_id"]?.stringValue)
            #expect(pod?.identifier == returns["podIdentifier"].stringValue)
            #expect(pod?.isOnline == returns["isOnline"].boolValue)
            #expect(pod?.visibility == returns["visibility"].stringValue)
        case "BitfountHub.get_pod_key":
            let key = try await hub.podKey(identifier(), project: arguments["project_id"]?.stringValue)
            #expect(key?.openSSH == returns.stringValue)
        case "BitfountHub.get_pod_schema": #expect(try await hub.podSchema(identifier()) != nil)
        case "BitfountHub.get_all_pods":
            #expect(
                try await hub.pods().map(\.identifier)
                    == returns.arrayValue?.compactMap { $0["podIdentifier"].stringValue }
            )
        case "BitfountHub.archive_pod": try await hub.archivePod(text("pod_name"))
        case "BitfountHub.get_all_models": #expect(try await hub.models().compactMap(\.version) == [1, 2])
        case "BitfountHub.send_model":
            _ = try await hub.sendModel(
                "TinyModel",
                source: RecordedAnswers.model,
                isPrivate: arguments["private_model"]?.boolValue ?? false,
                description: isCurrent ? "" : nil,
                offersMultipart: isCurrent
            )
        case "BitfountHub.send_weights": try await sendWeights(hub)
        case "BitfountHub.get_weights": try await getWeights(hub)
        case "BitfountHub.get_model": #expect(try await hub.modelSource(model())?.bytes == RecordedAnswers.model)
        case "BitfountHub.register_user_public_key":
            #expect(try await hub.registerUserKey(key(arguments["key"])) == returns.stringValue)
        case "BitfountHub.check_public_key_registered_and_active":
            let key = try await hub.activeUserKey(text("key_id"), of: arguments["username"]?.stringValue)
            #expect(key?.id == returns["id"].stringValue)
        case "BitfountHub.send_monitor_update": try await hub.send(monitorUpdate())
        default: try await driveCurrent(hub)
        }
    }

    /// What only the current generation knows.
    private func driveCurrent(_ hub: HubClient) async throws {
        switch method {
        case "BitfountHub.create_project": #expect(try await hub.createProject(text("name")) == returns.stringValue)
        case "BitfountHub.get_projects":
            let page = try await hub.projects(
                limit: try #require(arguments["limit"]?.intValue),
                offset: try #require(arguments["offset"]?.intValue)
            )
            #expect(page.projects.map(\.name) == ["Project"])
        case "BitfountHub.create_compute_cluster":
            let names = arguments["dataset_names"]?.arrayValue?.compactMap(\.stringValue) ?? []
            #expect(try await hub.createComputeCluster(text("name"), datasetNames: names) == returns.stringValue)
        case "BitfountHub.compute_cluster_exists":
            #expect(try await hub.computeClusterExists(text("cluster_id")) == returns.boolValue)
        case "BitfountHub.get_pod_dataset_list":
            #expect(try await hub.linkedDatasets().map(\.identifier) == ["acme/ward"])
        case "BitfountHub.register_compute":
            let compute = try await hub.registerCompute(
                instanceID: text("instance_id"),
                privateIPAddress: text("private_ip_address"),
                clusterID: arguments["cluster_id"]?.stringValue
            )
            #expect(compute.domain == returns["domain"].stringValue)
        case "BitfountHub.request_compute_certificate":
            let certificate = try await hub.requestCertificate(
                forCompute: text("compute_id"),
                signingRequest: text("csr_pem")
            )
            #expect(certificate?.status.rawValue == returns["status"].stringValue)
        case "BitfountHub.get_compute_certificate":
            #expect(try await hub.certificate(forCompute: text("compute_id")).status.rawValue == "pending")
        case "BitfountHub.upload_public_jwk":
            _ = try await hub.publishKey(
                try #require(arguments["jwk"]?.objectValue),
                issuer: text("issuer"),
                clientID: text("client_id")
            )
        default: throw UnknownCall(method: method)
        }
    }

    private func register(_ hub: HubClient) async throws {
        let metadata = try #require(arguments["public_metadata"]?["$metadata"])
        let registration = try await hub.register(
            PodPublicMetadata(
                name: try #require(metadata["name"].stringValue),
                displayName: try #require(metadata["display_name"].stringValue),
                description: try #require(metadata["description"].stringValue),
                schema: MessagePackEncoder.encode(MessagePackValue(metadata["schema"])),
                numberOfRecords: metadata["number_of_records"].intValue
            ),
            podKey: key(arguments["pod_public_key"]),
            accessManagerKey: key(arguments["access_manager_key"]),
            offersMultipart: isCurrent
        )
        #expect(registration.identifier.owner == user)
    }

    private func sendWeights(_ hub: HubClient) async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "weights.bin")
        // The same weights are fetched by a later call.
        let weights = Self.all.first { $0.method == "BitfountHub.get_weights" }?.returns.fixtureBytes
        try Data(try #require(weights)).write(to: file)
        try await hub.sendWeights(
            file,
            model: text("model_name"),
            version: try #require(arguments["model_version"]?.intValue),
            offersMultipart: isCurrent
        )
    }

    private func getWeights(_ hub: HubClient) async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(component: "weights.bin")
        #expect(try await hub.downloadWeights(of: model(), to: file) == (returns != .null))
        #expect((try? Data(contentsOf: file)).map(Array.init) == returns.fixtureBytes)
    }

    private func heartbeat() throws -> Heartbeat {
        guard isCurrent else {
            var heartbeat = Heartbeat(
                names: [try text("pod_name")],
                podPublicKey: try key(arguments["pod_public_key"]).openSSH
            )
            heartbeat.form = .single
            return heartbeat
        }
        var heartbeat = Heartbeat(instanceID: try text("instance_id"))
        heartbeat.clusterID = arguments["cluster_id"]?.stringValue
        heartbeat.privateIPAddress = arguments["private_ip_address"]?.stringValue
        heartbeat.datasourceHealth = [DatasourceHealth(name: "ward", status: .healthy)]
        return heartbeat
    }

    private func monitorUpdate() throws -> MonitorUpdate {
        let update = try #require(arguments["update"])
        var result = MonitorUpdate(
            taskID: try #require(update["taskId"].stringValue),
            senderID: try #require(update["senderId"].stringValue),
            timestamp: try #require(update["timestamp"].stringValue),
            privacy: try #require(update["privacy"].stringValue.flatMap(MonitorUpdate.Privacy.init)),
            type: try #require(update["type"].stringValue)
        )
        result.metadata = update["metadata"].objectValue
        return result
    }

    private func identifier() throws -> PodIdentifier {
        if let text = arguments["pod_identifier"]?.stringValue { return try PodIdentifier(text) }
        return try PodIdentifier(owner: text("pod_namespace"), name: text("pod_name"))
    }

    func model() throws -> ModelReference {
        ModelReference(
            owner: try text("username"),
            name: try text("model_name"),
            version: arguments["model_version"]?.intValue,
            project: arguments["project_id"]?.stringValue
        )
    }
}

/// A recorded call that nobody drives.
struct UnknownCall: Error {
    let method: String
}
