// SPDX-License-Identifier: Apache-2.0

extension CoverageTable {
    /// The FLAME Hub: flame-hub.md, 4.
    static let flame = CoverageTable(
        title: "FLAME Hub",
        introduction: """
            `flame-hub-client`, 0.1 to 1.1.0 (flame-hub.md, 4). The note names the resource in Swift; `Resource` is \
            the type of all of them. Python's `get_…` of several records gives the first 50; `all` walks over all pages.
            """,
        sources: "FlameHub",
        types: ["Resource", "AnalysisLogs", "AnalysisNodeLogs"],
        commands: ["flame"],
        rows: resources.flatMap(\.rows) + specials + ownCommands
    )

    private static let resources = [
        FlameResourceRows("node", "nodes", "core.nodes", "nodes"),
        FlameResourceRows("project", "projects", "core.projects", "projects"),
        FlameResourceRows("project_node", "project_nodes", "core.projectNodes", "project-nodes"),
        FlameResourceRows("analysis", "analyses", "core.analyses", "analyses"),
        FlameResourceRows("analysis_node", "analysis_nodes", "core.analysisNodes", "analysis-nodes"),
        FlameResourceRows(
            "analysis_node_event",
            "analysis_node_events",
            "core.analysisNodeEvents",
            "analysis-node-events",
            ""
        ),
        FlameResourceRows("analysis_bucket", "analysis_buckets", "core.analysisBuckets", "analysis-buckets", "cd"),
        FlameResourceRows(
            "analysis_bucket_file",
            "analysis_bucket_files",
            "core.analysisBucketFiles",
            "analysis-bucket-files"
        ),
        FlameResourceRows("registry", "registries", "core.registries", "registries"),
        FlameResourceRows("registry_project", "registry_projects", "core.registryProjects", "registry-projects"),
        FlameResourceRows("master_image", "master_images", "core.masterImages", "master-images", ""),
        FlameResourceRows(
            "master_image_group",
            "master_image_groups",
            "core.masterImageGroups",
            "master-image-groups",
            ""
        ),
        FlameResourceRows("realm", "realms", "auth.realms", "realms"),
        FlameResourceRows("user", "users", "auth.users", "users"),
        FlameResourceRows("role", "roles", "auth.roles", "roles"),
        FlameResourceRows("permission", "permissions", "auth.permissions", "permissions"),
        FlameResourceRows("role_permission", "role_permissions", "auth.rolePermissions", "role-permissions", "cd"),
        FlameResourceRows("user_permission", "user_permissions", "auth.userPermissions", "user-permissions", "cd"),
        FlameResourceRows("user_role", "user_roles", "auth.userRoles", "user-roles", "cd"),
        FlameResourceRows("client", "clients", "auth.clients", "clients"),
        FlameResourceRows("robot", "robots", "auth.robots", "robots"),
        FlameResourceRows("robot_permission", "robot_permissions", "auth.robotPermissions", "robot-permissions", "cd"),
        FlameResourceRows("robot_role", "robot_roles", "auth.robotRoles", "robot-roles", "cd"),
        FlameResourceRows("bucket", "buckets", "storage.buckets", "buckets", "cd"),
        FlameResourceRows("bucket_file", "bucket_files", "storage.bucketFiles", "bucket-files", "d"),
    ]

    private static let specials: [Row] = [
        Row(
            "get_node_registry_credentials",
            "`GET /nodes/{id}/registry/credentials`",
            "Resource.registryCredentials(of:)",
            command: "flame nodes registry-credentials"
        ),
        Row(
            "get_node_client_credentials",
            "`GET /nodes/{id}/client/credentials`",
            "Resource.clientCredentials(of:)",
            command: "flame nodes client-credentials"
        ),
        Row(
            "update_node_client_credentials",
            "`POST /nodes/{id}/client/credentials`",
            "Resource.rotateClientCredentials(of:secret:name:displayName:)",
            command: "flame nodes rotate-client-credentials"
        ),
        Row(
            "get_analysis_client_credentials",
            "`GET /analyses/{id}/client/credentials`",
            "Resource.clientCredentials(of:)",
            command: "flame analyses client-credentials"
        ),
        Row(
            "update_analysis_client_credentials",
            "`POST /analyses/{id}/client/credentials`",
            "Resource.rotateClientCredentials(of:secret:)",
            command: "flame analyses rotate-client-credentials"
        ),
        Row(
            "send_analysis_command",
            "`POST /analyses/{id}/command`",
            "Resource.send(_:to:)",
            command: "flame analyses command"
        ),
        Row(
            "send_registry_command",
            "`POST /services/registry/command`",
            "Resource.send(_:to:)",
            command: "flame registries command"
        ),
        Row(
            "sync_master_images",
            "`POST /master-images/command`",
            "Resource.sync()",
            command: "flame master-images sync"
        ),
        Row(
            "build_master_image",
            "`POST /master-images/command`",
            "Resource.build(_:)",
            command: "flame master-images build"
        ),
        Row(
            "upload_to_bucket",
            "`POST /buckets/{id}/upload`",
            "Resource.upload(_:to:replacing:progress:)",
            command: "flame buckets upload"
        ),
        Row(
            "stream_bucket_tarball",
            "`GET /buckets/{id}/stream`",
            "Resource.downloadArchive(of:to:progress:)",
            "Resource.readArchive(of:_:)",
            command: "flame buckets download"
        ),
        Row(
            "stream_bucket_file",
            "`GET /bucket-files/{id}/stream`",
            "Resource.download(_:to:progress:)",
            "Resource.read(_:_:)",
            command: "flame bucket-files download"
        ),
        Row(
            "find_analysis_logs",
            "`GET /analysis-logs`",
            "AnalysisLogs.find(analysis:level:page:)",
            command: "flame analysis-logs list"
        ),
        Row(
            "delete_analysis_logs",
            "`DELETE /analysis-logs`",
            "AnalysisLogs.deleteAll(analysis:)",
            command: "flame analysis-logs delete"
        ),
        Row(
            "find_analysis_node_logs",
            "`GET /analysis-node-logs`",
            "AnalysisNodeLogs.find(analysis:node:level:page:)",
            command: "flame analysis-node-logs list"
        ),
        Row(
            "create_analysis_node_log",
            "`POST /analysis-node-logs`",
            "AnalysisNodeLogs.create(_:)",
            command: "flame analysis-node-logs create"
        ),
        Row(
            "delete_analysis_node_logs",
            "`DELETE /analysis-node-logs`",
            "AnalysisNodeLogs.deleteAll(analysis:node:)",
            command: "flame analysis-node-logs delete"
        ),
    ]

    /// What the Python package has no word for: this node.
    private static let ownCommands: [Row] = [
        Row(
            "update_project_node`, `update_analysis_node",
            "`POST /project-nodes/{id}`, `POST /analysis-nodes/{id}`",
            "Resource.approve(_:comment:)",
            command: "flame approvals approve",
            note: "recorded first, sent as the data owner"
        ),
        Row(
            "update_project_node`, `update_analysis_node",
            "`POST /project-nodes/{id}`, `POST /analysis-nodes/{id}`",
            "Resource.reject(_:comment:)",
            "Resource.withdrawDecision(_:)",
            command: "flame approvals reject",
            note: "recorded first, sent as the data owner"
        ),
        Row("–", "the mirror", command: "flame approvals list", note: "what waits for a decision"),
        Row(
            "update_analysis_node",
            "`POST /analysis-nodes/{id}`",
            "Resource.report(_:status:progress:)",
            command: "flame analyses report",
            note: "recorded first, in a legal order"
        ),
        Row("–", "the mirror", command: "flame analyses list", note: "this node's, with what is in the way of a start"),
        Row("–", "the mirror", command: "flame analyses show"),
        Row(
            "create_analysis_node_log",
            "`POST /analysis-node-logs`",
            "AnalysisNodeLogs.create(_:)",
            command: "flame analyses log",
            note: "goes on trying, and never writes a line twice"
        ),
        Row("–", "this machine", command: "flame consent list"),
        Row("–", "this machine", command: "flame consent show"),
        Row("–", "this machine", command: "flame consent grant"),
        Row("–", "this machine", command: "flame consent withdraw"),
        Row("–", "this machine", command: "flame key show"),
        Row("update_node", "`POST /nodes/{id}`", "Resource.update(_:_:)", command: "flame key publish"),
        Row("–", "the mirror", command: "flame status"),
    ]
}
