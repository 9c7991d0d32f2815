// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import DatasetSchema
import Foundation
import Health
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

    @Test("What is no duration", arguments: ["", "s", "-1s", "0s", "1 s x", "nan", "inf", "1e400s"])
    func noDurations(text: String) {
        #expect(ConfigurationValues.duration(text) == nil)
    }
}
