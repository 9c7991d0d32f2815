// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What the service may take and do, as far as systemd sees to it.
@Suite struct UnitFileTests {
    @Test(arguments: [
        "MemoryMax=512M", "TasksMax=512", "SocketBindDeny=any", "LimitCORE=0", "NoNewPrivileges=yes", "UMask=0077",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "RestartPreventExitStatus=77 78", "NotifyAccess=main",
    ])
    func theUnitHolds(_ line: String) throws {
        let unit = try #require(try Repository.texts(in: ["systemd/pod-agent.service"]).first)
        #expect(unit.text.split(separator: "\n").contains { $0 == line })
    }
}
