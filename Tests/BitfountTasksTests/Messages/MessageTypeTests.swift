// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Testing

struct MessageTypeTests {
    @Test(arguments: [
        (MessageType.jobRequest, "JOB_REQUEST"), (.jobAccept, "JOB_ACCEPT"), (.jobReject, "JOB_REJECT"),
        (.taskAbort, "TASK_ABORT"), (.samlRequest, "SAML_REQUEST"), (.samlResponse, "SAML_RESPONSE"),
        (.logMessage, "LOG_MESSAGE"), (.taskComplete, "TASK_COMPLETE"), (.oidcChallenge, "OIDC_CHALLENGE"),
        (.oidcAuthorizationCodeResponse, "OIDC_AFC_PKCE_RESPONSE"),
        (.oidcDeviceCodeResponse, "OIDC_DEVICE_CODE_RESPONSE"), (.onlineCheck, "ONLINE_CHECK"),
        (.onlineResponse, "ONLINE_RESPONSE"), (.taskStart, "TASK_START"), (.taskCancel, "TASK_CANCEL"),
        (.datasetProjectLinked, "DATASET_PROJECT_LINKED"), (.jobRequestFromHub, "JOB_REQUEST_FROM_HUB"),
    ])
    func everyTypeHasItsName(type: MessageType, name: String) {
        #expect(type.description == name)
    }

    @Test(arguments: [-1, 40, Int32.min, Int32.max])
    func unknownNumbersAreKept(number: Int32) {
        #expect(MessageType(rawValue: number).rawValue == number)
        #expect(MessageType(rawValue: number).description == "UNKNOWN_\(number)")
    }
}
