// SPDX-License-Identifier: Apache-2.0

extension CoverageTable {
    /// The Hub: bitfount-protocol.md, 3, 6 and 11.
    static let hub = CoverageTable(
        title: "Hub",
        introduction: """
            `BitfountHub` of the Python package, 1.0.6 to 13.0.0 (bitfount-protocol.md, 3). Where Python loads a \
            model's class, `modelSource` gives the verified source and its metadata, and runs nothing.
            """,
        sources: "Bitfount",
        types: ["HubClient", "ObjectStorage"],
        commands: [
            "hub pods", "hub models", "hub keys", "hub projects", "hub datasets", "hub clusters", "hub compute",
            "hub monitor",
        ],
        rows: pods + models + keys + projects + compute + transfers
    )

    private static let pods = [
        Row(
            "register_pod",
            "`POST /api/pods`",
            "HubClient.register(_:podKey:accessManagerKey:offersMultipart:)",
            command: "register"
        ),
        Row("do_pod_heartbeat", "`PATCH /api/pods`", "HubClient.heartbeat(_:)", command: "run"),
        Row(
            "get_pod",
            "`GET /api/pods/{owner}/{name}`, also through a project",
            "HubClient.pod(_:project:)",
            command: "hub pods get"
        ),
        Row("get_all_pods", "`GET /api/pods`", "HubClient.pods()", command: "hub pods list"),
        Row("get_pod_key", "as `get_pod`", "HubClient.podKey(_:project:)", command: "hub pods key"),
        Row(
            "get_pod_schema",
            "as `get_pod`, then the storage",
            "HubClient.podSchema(_:project:)",
            command: "hub pods schema"
        ),
        Row("archive_pod", "`POST /api/pods/{owner}/{name}`", "HubClient.archivePod(_:)", command: "hub pods archive"),
        Row(
            "send_monitor_update",
            "`POST /api/ingest`",
            "HubClient.send(_:)",
            command: "hub monitor send",
            note: "both known forms"
        ),
    ]

    private static let models = [
        Row("get_all_models", "`GET /api/models`", "HubClient.models()", command: "hub models list"),
        Row(
            "get_model",
            "`GET /api/models?…`, then the storage",
            "HubClient.modelSource(_:)",
            "HubClient.model(_:)",
            command: "hub models get",
            note: "verified source and metadata instead of a loaded class"
        ),
        Row(
            "get_model_from_url",
            "the storage",
            "HubClient.modelSource(at:hash:version:)",
            command: nil,
            note: "the address comes with a verdict and is a secret"
        ),
        Row(
            "get_weights",
            "`GET /api/models?…`, then the storage",
            "HubClient.downloadWeights(of:to:progress:)",
            command: "hub models weights get"
        ),
        Row(
            "get_weights_from_url",
            "the storage",
            "HubClient.downloadWeights(at:to:progress:)",
            command: nil,
            note: "the address comes with a verdict and is a secret"
        ),
        Row(
            "send_model",
            "`POST /api/models`, then the storage",
            "HubClient.sendModel(_:source:isPrivate:description:offersMultipart:)",
            command: "hub models send"
        ),
        Row(
            "send_weights",
            "`PUT /api/models`, then the storage",
            "HubClient.sendWeights(_:model:version:compresses:offersMultipart:progress:)",
            command: "hub models weights send"
        ),
    ]

    private static let keys = [
        Row(
            "register_user_public_key",
            "`POST /api/{username}/keys?version=2`",
            "HubClient.registerUserKey(_:)",
            command: "hub keys register"
        ),
        Row(
            "check_public_key_registered_and_active",
            "`GET /api/{username}/keys/{id}`",
            "HubClient.activeUserKey(_:of:)",
            "HubClient.userKey(_:of:)",
            command: "hub keys check"
        ),
        Row(
            "hub signing keys",
            "`GET /api/hub-public-keys/jwks`",
            "HubClient.signingKeys()",
            command: "hub keys signing"
        ),
        Row(
            "upload_public_jwk",
            "`PUT /api/ehr/jwks/{username}`",
            "HubClient.publishKey(_:issuer:clientID:)",
            command: "hub keys publish"
        ),
    ]

    private static let projects = [
        Row("create_project", "`POST /api/projects`", "HubClient.createProject(_:)", command: "hub projects create"),
        Row("get_projects", "`GET /api/projects`", "HubClient.projects(limit:offset:)", command: "hub projects list"),
        Row(
            "get_project_name",
            "`GET /api/projects/{id}`",
            "HubClient.projectName(_:)",
            command: "hub projects name",
            note: "nil for 404 only; Python hides every failure"
        ),
        Row(
            "add_dataset_to_project_for_user",
            "`PUT /api/projects/{id}/pod`",
            "HubClient.addDataset(_:toProject:)",
            command: "hub projects add-dataset"
        ),
        Row(
            "get_usage_limits",
            "`GET /api/projects/{id}/limits`, `…/limits/models/{model}`",
            "HubClient.usageLimits(project:)",
            "HubClient.usageLimits(project:model:)",
            command: "hub projects limits"
        ),
    ]

    private static let compute = [
        Row(
            "create_compute_cluster",
            "`POST /api/compute-clusters`",
            "HubClient.createComputeCluster(_:datasetNames:)",
            command: "hub clusters create"
        ),
        Row(
            "compute_cluster_exists",
            "`GET /api/compute-clusters/{id}/datasets`",
            "HubClient.computeClusterExists(_:)",
            command: "hub clusters check"
        ),
        Row(
            "link_datasets_to_compute_cluster",
            "`POST /api/compute-clusters/{id}/datasets`",
            "HubClient.link(_:toComputeCluster:)",
            command: "hub clusters link"
        ),
        Row(
            "get_pod_dataset_list",
            "`GET /api/compute-clusters/datasets`, `…/{id}/datasets`",
            "HubClient.linkedDatasets(ofComputeCluster:)",
            command: "hub datasets list"
        ),
        Row(
            "get_pod_dataset_configuration",
            "`GET /api/pods/{owner}/{name}/configuration`",
            "HubClient.configuration(of:)",
            command: "hub datasets configuration"
        ),
        Row(
            "get_pod_datasets_configurations",
            "the two before",
            "HubClient.configuredDatasets(ofComputeCluster:)",
            command: "hub datasets configurations"
        ),
        Row(
            "register_compute",
            "`PUT /api/compute/instances/{id}`",
            "HubClient.registerCompute(instanceID:privateIPAddress:clusterID:)",
            command: "hub compute register"
        ),
        Row(
            "request_compute_certificate",
            "`POST /api/compute/{id}/certificate`",
            "HubClient.requestCertificate(forCompute:signingRequest:)",
            command: "hub compute request-certificate"
        ),
        Row(
            "get_compute_certificate",
            "`GET /api/compute/{id}/certificate`",
            "HubClient.certificate(forCompute:)",
            command: "hub compute certificate"
        ),
    ]

    private static let transfers = [
        Row(
            "pre-signed POST",
            "a form to the storage",
            "ObjectStorage.upload(_:filename:to:fields:progress:)",
            command: nil,
            note: "part of the methods that upload"
        ),
        Row(
            "multipart upload",
            "`PUT` for each part, then `POST /api/upload`",
            "ObjectStorage.upload(_:in:progress:)",
            command: nil,
            note: "part of the methods that upload"
        ),
        Row(
            "pre-signed GET",
            "the storage",
            "ObjectStorage.download(_:maximumBytes:)",
            "ObjectStorage.download(_:to:maximumBytes:progress:)",
            command: nil,
            note: "part of the methods that download"
        ),
    ]
}
