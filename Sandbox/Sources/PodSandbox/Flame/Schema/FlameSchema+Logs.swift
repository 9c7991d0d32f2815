// SPDX-License-Identifier: Apache-2.0

/// Logs: they are no records, but filtered and checked like them (flame-hub.md, 4.8).
extension FlameSchema {
    static let analysisLogs = FlameResource(
        "analysis-logs",
        .core,
        [],
        fields: [],
        filterKeys: ["level", "analysisId"],
        sortKeys: ["time"]
    )

    static let analysisNodeLogs = FlameResource(
        "analysis-node-logs",
        .core,
        [],
        fields: [
            FlameField("analysisId", .uuid, .create, required: true),
            FlameField("nodeId", .uuid, .create, required: true),
            FlameField(
                "level",
                .word(["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"]),
                .create,
                required: true
            ),
            FlameField("message", .text(3...2048), .create, required: true),
            FlameField("status", .text(3...64), .create),
            FlameField("code", .text(3...64), .create),
            FlameField("labels", .labels, .create),
        ],
        filterKeys: ["level", "analysisId", "nodeId"],
        sortKeys: ["time"]
    )
}
