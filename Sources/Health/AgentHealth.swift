// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

/// What is known at any moment about the agent's health; every service reports here, the status server reads.
public final class AgentHealth: Sendable {
    /// One of the two that the agent can be a part of; each can be had alone.
    public enum Network: String, Sendable, CaseIterable, Codable {
        /// Bitfount, with a pod.
        case pod
        /// FLAME, with a node.
        case flame
    }

    /// Something that must be well for the agent to be ready.
    public enum Component: String, Sendable, CaseIterable, Codable {
        /// The login or API key is accepted.
        case credentials = "credentials"
        /// The Access Manager answers, and takes the credentials.
        case accessManager = "access-manager"
        /// All datasets are registered with the Hub.
        case registration = "registration"
        /// The last heartbeat of every dataset is recent.
        case heartbeat = "heartbeat"
        /// The message service is connected and was polled recently.
        case messageService = "message-service"
        /// This machine's clock agrees with the Hub's well enough to tell how old a task is.
        case clock = "clock"
        /// The audit log takes entries.
        case audit = "audit"
        /// The FLAME Hub was read recently.
        case flame = "flame"

        /// The network that it belongs to; `nil` for what all of them need.
        public var network: Network? {
            switch self {
            case .credentials, .accessManager, .registration, .heartbeat, .messageService, .clock: .pod
            case .flame: .flame
            case .audit: nil
            }
        }

        /// What must be well in an agent of these networks.
        public static func needed(by networks: Set<Network>) -> Set<Component> {
            Set(allCases.filter { component in component.network.map(networks.contains) ?? true })
        }
    }

    /// One component's last report.
    public struct Report: Sendable, Codable, Equatable {
        /// Whether it was well.
        public var isWell: Bool
        /// Since when it has been so.
        public var since: Date
        /// When it was last well; `nil` if it never was.
        public var lastWell: Date?
        /// Why it is not well, or what will end that it is.
        public var problem: String?

        private enum CodingKeys: String, CodingKey {
            case isWell = "is_well"
            case since = "since"
            case lastWell = "last_well"
            case problem = "problem"
        }
    }

    /// The oldest success that still counts, for the components that must show one again and again.
    public struct Tolerance: Sendable {
        /// Default 60 s: six missed heartbeats.
        public var heartbeat: TimeInterval = 60
        /// Default 60 s; an idle poll comes at least every 8 s.
        public var messageService: TimeInterval = 60

        /// The defaults.
        public init() {}
    }

    /// The networks that the agent is a part of.
    public let networks: Set<Network>
    private let reports = Mutex<[Component: Report]>([:])
    private let refusals = Mutex<Set<Network>>([])
    private let components: Set<Component>
    private let tolerance: Tolerance
    private let now: @Sendable () -> Date

    /// Starts with nothing known, which is not ready.
    ///
    /// - Parameter components: What must be well.
    public init(
        components: Set<Component> = Component.needed(by: [.pod]),
        tolerance: Tolerance = .init(),
        now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.components = components
        networks = Set(components.compactMap(\.network))
        self.tolerance = tolerance
        self.now = now
    }

    /// Reports a component well.
    ///
    /// - Parameter warning: What will end that, if nobody does something about it.
    public func succeeded(_ component: Component, warning: String? = nil) {
        let now = now()
        reports.withLock { reports in
            let since = reports[component].flatMap { $0.isWell ? $0.since : nil } ?? now
            reports[component] = Report(isWell: true, since: since, lastWell: now, problem: warning)
        }
        if let network = component.network { _ = refusals.withLock { $0.remove(network) } }
    }

    /// Reports a component's problem, in a sentence for the operator.
    public func failed(_ component: Component, _ problem: String) {
        let now = now()
        reports.withLock { reports in
            let previous = reports[component]
            let since = previous.flatMap { $0.isWell ? nil : $0.since } ?? now
            reports[component] = Report(isWell: false, since: since, lastWell: previous?.lastWell, problem: problem)
        }
    }

    /// Notes that a network refuses the credentials for good; a success of one of its components takes that back.
    ///
    /// - Returns: Whether no network is left that doesn't refuse them, so that the agent has nothing to go on for.
    public func refused(by network: Network) -> Bool {
        refusals.withLock { refusals in
            refusals.insert(network)
            return refusals.isSuperset(of: networks)
        }
    }

    /// All reports at this moment; one that is too old counts as a problem.
    public func snapshot() -> [Component: Report] {
        let now = now()
        var snapshot = reports.withLock { $0 }
        for component in components {
            guard var report = snapshot[component] else {
                snapshot[component] = Report(isWell: false, since: now, lastWell: nil, problem: "not yet known")
                continue
            }
            let limit: TimeInterval? =
                switch component {
                case .heartbeat: tolerance.heartbeat
                case .messageService: tolerance.messageService
                case .credentials, .accessManager, .registration, .clock, .audit, .flame: nil
                }
            if let limit, report.isWell, let lastWell = report.lastWell, now.timeIntervalSince(lastWell) > limit {
                report.isWell = false
                report.problem = "the last success is \(Int(now.timeIntervalSince(lastWell))) s old"
                snapshot[component] = report
            }
        }
        return snapshot
    }

    /// The reports at this moment that matter to one network.
    public func snapshot(of network: Network) -> [Component: Report] {
        snapshot().filter { $0.key.network == nil || $0.key.network == network }
    }

    /// Whether every component is well.
    public var isReady: Bool { snapshot().values.allSatisfy(\.isWell) }

    /// Whether every component that matters to one network is well.
    public func isReady(_ network: Network) -> Bool { snapshot(of: network).values.allSatisfy(\.isWell) }
}
