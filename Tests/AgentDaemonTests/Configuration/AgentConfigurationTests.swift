// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import DatasetSchema
import Foundation
import Health
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Configuration")
struct AgentConfigurationTests {
    private let file = URL(fileURLWithPath: "/etc/pod-agent/agent.yaml")
    private let minimal = """
        pod:
          name: hospital-a
          datasets:
            - { name: heart-data, csv_file: heart.csv }
        """

    private func load(_ text: String, environment: [String: String] = [:]) throws(ConfigurationError)
        -> AgentConfiguration
    {
        try AgentConfiguration(text: text, file: file, environment: environment)
    }

    private func fault(_ text: String, environment: [String: String] = [:]) -> ConfigurationError? {
        do {
            _ = try load(text, environment: environment)
            return nil
        } catch {
            return error
        }
    }

    private func fault(of file: URL) -> ConfigurationError? {
        do {
            _ = try AgentConfiguration.load(from: file, environment: [:])
            return nil
        } catch {
            return error
        }
    }

    @Test("The shipped file is right, and every commented key in it is a key")
    func shippedFile() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../etc/pod-agent/agent.yaml").standardizedFileURL
        let text = try String(contentsOf: url, encoding: .utf8)
        let shipped = try load(text)
        #expect(shipped.pod?.name == "hospital-a")

        // A commented line is a key where nothing but a name and a colon follows the mark; prose has spaces or capitals.
        let uncommented = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            guard let mark = line.firstIndex(of: "#"), line[..<mark].allSatisfy({ $0 == " " }) else { return line }
            let rest = line[line.index(after: mark)...]
            let text = rest.drop { $0 == " " || $0 == "-" }
            let key = text.prefix { $0.isLowercase || $0 == "_" }
            let isKey =
                !rest.hasPrefix("  #") && text.dropFirst(key.count).hasPrefix(":")
                && (rest.hasPrefix("  ") || !rest.hasPrefix(" "))
            return isKey ? line[..<mark] + rest : line
        }.joined(separator: "\n")
        let complete = try load(uncommented, environment: ["HOME": "/home/x"])
        #expect(complete.proxy != nil)
        #expect(complete.services.allowedStorageHosts == [])
        #expect(complete.pod?.datasets.first?.ignoredColumns == ["patient_id"])
        #expect(complete.pod?.datasets.first?.forcedSemanticTypes[.categorical] == ["target"])
        #expect(complete.limits.taskDeadline == .seconds(300))
    }

    @Test("Variables that Kubernetes makes of a service with the agent's name are left out with a warning")
    func kubernetesVariables() throws {
        let service = [
            "POD_AGENT_PORT": "tcp://10.96.0.5:80", "POD_AGENT_SERVICE_HOST": "10.96.0.5",
            "POD_AGENT_SERVICE_PORT": "80", "POD_AGENT_SERVICE_PORT_HTTP": "80", "POD_AGENT_PORT_80_TCP": "tcp://x",
            "POD_AGENT_PORT_80_TCP_PROTO": "tcp", "POD_AGENT_PORT_80_TCP_PORT": "80",
            "POD_AGENT_PORT_80_TCP_ADDR": "10.96.0.5", "POD_AGENT_FLAME_SERVICE_HOST": "10.96.0.6",
        ]
        let configuration = try load(minimal, environment: service)
        // A service `pod-agent-flame` is no section `flame`.
        #expect(configuration.flame == nil)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.hasPrefix("$POD_AGENT_FLAME_SERVICE_HOST and 8 more are ignored") == true)
        #expect(try load(minimal).warnings.isEmpty)
        #expect(fault(minimal, environment: ["POD_AGENT_PORT": "80"])?.source == "$POD_AGENT_PORT")
        #expect(fault(minimal, environment: ["POD_AGENT_SERVICE_HOSTS": "x"])?.source == "$POD_AGENT_SERVICE_HOSTS")
    }

    /// A newline at the end reached the Access Manager and nobody else, so that all looked well while every task was rejected.
    @Test("An API key in variables is trimmed, and half of one is said to be half")
    func apiKeyInVariables() throws {
        let text = minimal + "\ncredentials: { username: alice }"
        let whole = ["BITFOUNT_API_KEY_ID": "\u{FEFF}id:am \r\n", "BITFOUNT_API_KEY": "key:am\n"]
        guard case .apiKey(let id, let key)? = try load(text, environment: whole).credentials?.source else {
            Issue.record("no API key")
            return
        }
        #expect(id.reveal() == "id:am")
        #expect(key.reveal() == "key:am")
        for name in whole.keys {
            let half = fault(text, environment: [name: "x"])
            #expect(half?.source == "$\(name)")
            #expect(half?.problem.contains("half of an API key") == true)
            let lines = fault(text, environment: whole.merging([name: "a\nb"]) { $1 })
            #expect(lines?.source == "$\(name)")
        }
        let file = fault(minimal + "\ncredentials: { username: alice, api_key_file: k }")
        #expect(file?.problem.contains("half of an API key") == true)
        #expect(file?.problem.contains("/etc/pod-agent/k") == true)
    }

    @Test("A secret file may have a byte order mark and line ends around the secret", arguments: [
        ("s", "s"), ("s\n", "s"), ("\u{FEFF}s\r\n", "s"), ("\u{FEFF}", nil), (" \n", nil), ("a\nb", nil),
    ] as [(String, String?)])
    func secretFiles(text: String, secret: String?) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(text, "secret", mode: 0o600)
        let read = Result { try CredentialsConfiguration.secret(file).reveal() }
        #expect((try? read.get()) == secret)
        if secret == nil {
            let failure = #expect(throws: AgentFailure.self) { try read.get() }
            #expect(failure?.message.contains(file.path) == true)
        }
    }

    @Test("The provider of a login may be laid out otherwise")
    func identity() throws {
        let text = minimal + "\nidentity: { authority: https://idp.example/realms/x, discovery: true, scopes: openid, audience: none, username_claim: login }"
        let environment = try load(text).services.environment
        #expect(environment.discoversEndpoints)
        #expect(environment.loginScopes == "openid")
        #expect(environment.loginAudience.isEmpty)
        #expect(environment.usernameClaim == "login")
    }

    @Test("A dataset says how its CSV file is written, and limits are settings")
    func csvFormat() throws {
        let text = """
            pod:
              name: a
              datasets:
                - { name: d, csv_file: x.csv, delimiter: ";", encoding: Windows-1252, skip_rows: 2, escape: '\\', extra_cell: empty }
            limits: { schema_columns: 10, schema_cell_bytes: 1KiB, schema_record_bytes: 2KiB, schema_categories: 3 }
            """
        let dataset = try #require(try load(text).pod?.datasets.first)
        #expect(dataset.format.delimiter == UInt8(ascii: ";"))
        #expect(dataset.format.encoding == .windows1252)
        #expect(dataset.format.skippedRows == 2)
        #expect(dataset.format.escape == UInt8(ascii: "\\"))
        #expect(dataset.format.extraCell == .empty)
        #expect(dataset.schemaLimits == SchemaLimits(cellBytes: 1024, recordBytes: 2048, columns: 10, categories: 3))
        for wrong in ["delimiter: ';;'", "encoding: ebcdic", "skip_rows: -1", "escape: ab", "extra_cell: last", "delimiter: '\"'"] {
            let key = wrong.prefix { $0 != ":" }
            let text = "pod: { name: a, datasets: [{ name: d, csv_file: x, \(wrong) }] }"
            #expect(fault(text)?.key == "pod.datasets[0].\(key)", "\(wrong)")
        }
    }

    @Test("A minimal file has the production addresses and the documented defaults")
    func defaults() throws {
        let configuration = try load(minimal)
        #expect(configuration.services.environment.hub.absoluteString == "https://hub.bitfount.com")
        #expect(configuration.services.environment.accessManager.absoluteString == "https://am.hub.bitfount.com")
        #expect(
            configuration.services.environment.messageService.absoluteString == "https://messaging.bitfount.com:443"
        )
        #expect(configuration.services.environment.oauthAuthority.absoluteString == "https://auth.bitfount.com")
        #expect(configuration.services.pollStyle == .credential)
        #expect(configuration.heartbeat.interval == .seconds(10))
        #expect(configuration.heartbeat.form == .superset)
        #expect(configuration.limits.concurrentTasks == 32)
        #expect(configuration.limits.concurrentTasksPerModeller == 4)
        #expect(configuration.limits.taskDeadline == .seconds(300))
        #expect(configuration.pod?.datasets.first?.csvFile?.path == "/etc/pod-agent/heart.csv")
        #expect(configuration.pod?.datasets.first?.displayName == "heart-data")
    }

    @Test("What the owner can restrict is open unless it is said")
    func restrictions() throws {
        let open = try load(minimal)
        #expect(open.access.methods == Set(AuditEntry.Method.allCases))
        #expect(open.pod?.datasets.first?.projects == nil)
        #expect(open.pod?.acceptSignedAfter == nil)
        #expect(open.limits.identityExchanges == 64)
        #expect(open.limits.unprovenTasksPerMinute == 60)
        #expect(open.limits.identityFirstSign == .seconds(30))
        let restricted = try load(
            """
            pod:
              name: hospital-a
              accept_signed_after: 2026-01-01T00:00:00Z
              datasets:
                - { name: heart-data, csv_file: heart.csv, projects: [p-1] }
            access: { methods: [signature] }
            """
        )
        #expect(restricted.access.methods == [.signature])
        #expect(restricted.pod?.datasets.first?.projects == ["p-1"])
        #expect(restricted.pod?.acceptSignedAfter == Date(timeIntervalSince1970: 1_767_225_600))
        #expect(fault(minimal + "\naccess: { methods: [] }")?.key == "access.methods")
        #expect(fault(minimal + "\naccess: { methods: [password] }")?.key == "access.methods")
    }

    @Test("Own variables override the Python package's, which override the file")
    func precedence() throws {
        let text = minimal + "\nlimits: { task_deadline: 1m }\n"
        let environment = [
            "BITFOUNT_POD_NAME": "from-python", "POD_AGENT_LIMITS_TASK_DEADLINE": "90s",
            "POD_AGENT_POD_APPROVED_PODS": "[bob/x, y]", "BITFOUNT_ENVIRONMENT": "staging",
        ]
        let configuration = try load(text, environment: environment)
        #expect(configuration.pod?.name == "from-python")
        #expect(configuration.limits.taskDeadline == .seconds(90))
        #expect(configuration.pod?.approvedPods == ["bob/x", "y"])
        #expect(configuration.services.environment.hub.absoluteString == "https://hub.staging.bitfount.com")
        #expect(
            try load(text, environment: environment.merging(["POD_AGENT_POD_NAME": "own"]) { $1 }).pod?.name == "own"
        )
    }

    @Test(
        "A fault names line, key and what was expected",
        arguments: [
            ("pod:\n  name: Hospital\n  datasets: []\n", 2, "pod.name", "lower-case"),
            ("limits:\n  task_deadline: soon\n", 2, "limits.task_deadline", "duration"),
            ("limits:\n  task_deadline: 601s\n", 2, "limits.task_deadline", "at most 600s"),
            ("proxy: proxy.example.com\n", 1, "proxy", "URL"),
            ("proxy: ftp://proxy.example.com\n", 1, "proxy", "URL"),
            ("heartbeat:\n  form: both\n", 2, "heartbeat.form", "superset or one-by-one"),
            ("heartbeat:\n  intervall: 10s\n", 2, "heartbeat.intervall", "unknown key"),
            ("hub:\n  url: http://hub.example.com\n", 2, "hub.url", "https"),
            ("hub:\n  url: https://user:pw@hub.example.com\n", 2, "hub.url", "https"),
            ("message_service: { poll_style: both }\n", 1, "message_service.poll_style", "credential or mailbox"),
            ("status: { listen: 0.0.0.0:80 }\n", 1, "status.listen", "loopback"),
            (
                "limits: { concurrent_tasks: 2, concurrent_tasks_per_modeller: 3 }\n", 1,
                "limits.concurrent_tasks_per_modeller", "at most"
            ),
            ("credentials: { api_key_id_file: a }\n", 1, "credentials.api_key_file", "beside"),
            ("credentials: { api_key_id_file: a, api_key_file: b }\n", 1, "credentials.username", "username"),
        ]
    )
    func faults(text: String, line: Int, key: String, expected: String) throws {
        let hasPod = text.hasPrefix("pod:")
        let fault = try #require(self.fault(hasPod ? text : text + minimal))
        #expect(fault.key == key)
        #expect(fault.line == line)
        #expect(fault.problem.contains(expected), "\(fault)")
        #expect(fault.source == file.path)
    }

    @Test("Broken YAML, a top level that is no mapping, and doubled keys")
    func brokenText() throws {
        #expect(fault("pod: [\n")?.problem.hasPrefix("not valid YAML") == true)
        #expect(fault("- a\n- b\n")?.problem.contains("expected a section") == true)
        #expect(fault(minimal + "\npod: { name: b }\n")?.problem.contains("twice") == true)
        #expect(fault("pod: { datasets: [] }")?.key == "pod.name")
    }

    @Test(
        "Without a pod and without a FLAME node there is nothing to run",
        arguments: ["", "pod:\n", "hub: {}\nflame:\n"]
    )
    func neither(text: String) throws {
        let fault = try #require(self.fault(text))
        #expect(fault.key == "pod")
        #expect(fault.problem == "missing; expected the section pod, the section flame, or both")
    }

    @Test("A pod alone has an account, and no FLAME node")
    func onlyPod() throws {
        let configuration = try load(minimal)
        #expect(configuration.networks == [.pod])
        #expect(configuration.credentials != nil)
        #expect(configuration.auditSigning(owner: "acme").logOwner == "acme/hospital-a")
    }

    @Test("A mistyped override is refused, and so is a wrong one, by its variable's name")
    func overrides() throws {
        #expect(
            fault(minimal, environment: ["POD_AGENT_LIMITS_TASK_DEADLIN": "1s"])?.source
                == "$POD_AGENT_LIMITS_TASK_DEADLIN"
        )
        let wrong = try #require(fault(minimal, environment: ["POD_AGENT_LIMITS_TASK_DEADLINE": "x"]))
        #expect(wrong.source == "$POD_AGENT_LIMITS_TASK_DEADLINE")
        #expect(wrong.line == nil)
    }

    @Test("Datasets need distinct names and a schema")
    func datasets() throws {
        let doubled = "pod:\n  name: a\n  datasets:\n    - { name: x, csv_file: c }\n    - { name: x, csv_file: c }\n"
        #expect(fault(doubled)?.problem.contains("no other dataset") == true)
        let bare = "pod:\n  name: a\n  datasets:\n    - { name: x }\n"
        #expect(fault(bare)?.problem.contains("schema_file or csv_file") == true)
    }

    @Test(
        "Durations and sizes",
        arguments: [("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000), ("1.5s", 1500), ("7", 7000)]
    )
    func durations(text: String, milliseconds: Int) {
        #expect(ConfigurationValues.duration(text) == .milliseconds(milliseconds))
    }

    @Test("What is no duration", arguments: ["", "s", "-1s", "0s", "0.5ms", "1 s x", "nan", "inf", "1e400s", "0x10s", "1e3", "+1s", ".5s"])
    func noDurations(text: String) {
        #expect(ConfigurationValues.duration(text) == nil)
    }

    @Test(
        "A file that others can write, or put another one in the place of, is refused",
        arguments: [
            (0o600, 0o700, true), (0o644, 0o755, true), (0o644, 0o1777, true), (0o664, 0o700, false),
            (0o646, 0o700, false), (0o600, 0o770, false), (0o600, 0o777, false),
        ]
    )
    func writableFile(mode: Int, directoryMode: Int, isTaken: Bool) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(minimal, "agent.yaml", mode: mode_t(mode))
        chmod(directory.path, mode_t(directoryMode))
        if isTaken {
            let taken = try AgentConfiguration.load(from: file, environment: [:])
            #expect(taken.pod?.name == "hospital-a")
        } else {
            let error = fault(of: file)
            #expect(error?.problem.contains("Other accounts can") == true)
            #expect(error?.source == file.path)
        }
        // What a link leads to counts.
        let link = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(at: link.file("agent.yaml"), withDestinationURL: file)
        let linked = try? AgentConfiguration.load(from: link.file("agent.yaml"), environment: [:])
        #expect((linked != nil) == isTaken)
    }

    @Test("What is no file, and what is too long for one, is no configuration", .timeLimit(.minutes(1)))
    func strangeFiles() throws {
        let directory = try TemporaryDirectory()
        #expect(mkfifo(directory.path("pipe"), 0o600) == 0)
        _ = try directory.write(String(repeating: "#", count: AgentConfiguration.maximumBytes + 1), "long", mode: 0o600)
        for name in ["pipe", "long", "missing", "."] {
            let error = fault(of: directory.file(name))
            #expect(error?.problem == "the configuration file can't be read", "\(name)")
        }
    }

    @Test("Groups for the status socket have names, and none by default")
    func statusGroups() throws {
        let plain = try load(minimal).status
        #expect(plain.approversGroup == nil)
        #expect(!plain.access.admitsOthers)
        let named = try load(minimal + "\nstatus: { approvers_group: pod-agent-approvers, monitor_group: _mon.1 }\n")
        #expect(named.status.access.approversGroup == "pod-agent-approvers")
        #expect(named.status.access.monitorGroup == "_mon.1")
        for name in ["''", "a b", "1", "'-x'", String(repeating: "a", count: 65)] {
            let fault = fault(minimal + "\nstatus: { monitor_group: \(name) }\n")
            #expect(name == "''" || fault?.key == "status.monitor_group", "\(name)")
        }
    }
}
