// SPDX-License-Identifier: Apache-2.0

/// What a connection remembers about its service.
actor ServerKnowledge {
    private(set) var profile: ServerProfile?
    /// What was known before it was forgotten.
    private(set) var former: ServerProfile?
    /// Whether the service writes a charset where a coding belongs, as hubs of 0.8 do (flame-hub-0.8-differences.md, B1).
    private(set) var sendsPlain = false

    func learn(_ profile: ServerProfile?) {
        if profile == nil { former = self.profile ?? former }
        self.profile = profile
    }

    func learnPlain() { sendsPlain = true }
}
