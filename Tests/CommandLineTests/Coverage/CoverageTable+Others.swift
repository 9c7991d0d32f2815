// SPDX-License-Identifier: Apache-2.0

extension CoverageTable {
    /// The service that pairs users with systems of health records.
    static let smartOnFHIR = CoverageTable(
        title: "SMART on FHIR",
        introduction: "`SMARTOnFHIR` of the Python package 13.0.0.",
        sources: "Bitfount",
        types: ["SMARTOnFHIRClient"],
        commands: ["hub health-records"],
        rows: [
            Row(
                "_find_pairing_id",
                "`GET /api/pairings`",
                "SMARTOnFHIRClient.pairings()",
                command: "hub health-records pairings"
            ),
            Row(
                "_get_smart_on_fhir_session",
                "`GET /api/pairings/{id}/session`",
                "SMARTOnFHIRClient.session(pairing:)",
                command: "hub health-records token",
                note: "with `--pairing`"
            ),
            Row(
                "get_access_token",
                "the two before",
                "SMARTOnFHIRClient.accessToken(forResourceServer:)",
                command: "hub health-records token"
            ),
        ]
    )

    /// Schema documents: bitfount-protocol.md, 5.
    static let schemas = CoverageTable(
        title: "Schemas",
        introduction: "`PodPublicMetadata` and `BitfountSchema` of the Python package (bitfount-protocol.md, 5).",
        sources: ".",
        types: ["PodSchema", "SchemaGenerator"],
        commands: [],
        rows: [
            Row(
                "PodPublicMetadata",
                "part of `register_pod`",
                "PodPublicMetadata.init(name:displayName:description:schema:numberOfRecords:fileProcessing:)",
                command: "register",
                note: "file-processing metadata included"
            ),
            Row(
                "BitfountSchema.load",
                "documents of version 1 and 4",
                "PodSchema.init(document:limits:)",
                "PodSchema.init(json:limits:)",
                "PodSchema.init(jsonFile:limits:)",
                command: "register",
                note: "from the `schema_file` of a dataset"
            ),
            Row(
                "CSVSource schema",
                "version 4, or version 1 with extras",
                "SchemaGenerator.generate(fromCSV:)",
                command: "register",
                note: "from the `csv_file` of a dataset"
            ),
        ]
    )
}
