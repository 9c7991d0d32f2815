// SPDX-License-Identifier: Apache-2.0

/// What a connection remembers about its service.
actor ServerKnowledge {
    private(set) var profile: ServerProfile?

    func learn(_ profile: ServerProfile?) {
        self.profile = profile
    }
}
