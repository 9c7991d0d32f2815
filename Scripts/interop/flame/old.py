# SPDX-License-Identifier: Apache-2.0
"""flame-hub-client 0.2.10, the last with robots only, against the sandbox's hub 0.8."""

import random
import tarfile
import io
import uuid

from checks import Checks, eventually, sandbox
from flame_hub import AuthClient, CoreClient, HubAPIError, StorageClient
from flame_hub.auth import PasswordAuth, RobotAuth
from flame_hub.types import FilterOperator

HUB = sandbox("old")
checks = Checks("flame-hub-client 0.2.10, hub 0.8")

admin = PasswordAuth(HUB["admin"]["name"], HUB["admin"]["secret"], HUB["auth_url"])
robot = RobotAuth(HUB["node"]["account"]["id"], HUB["node"]["account"]["secret"], HUB["auth_url"])
auth = AuthClient(HUB["auth_url"], admin)
core = CoreClient(HUB["core_url"], admin)
storage = StorageClient(HUB["storage_url"], admin)
node_core = CoreClient(HUB["core_url"], robot)


def unique(prefix):
    return f"{prefix}-{random.randrange(16 ** 8):08x}"


def sign_in():
    checks.true("password", core.get_nodes())
    checks.true("robot", node_core.get_nodes())
    wrong = RobotAuth(HUB["node"]["account"]["id"], "wrong", HUB["auth_url"])
    try:
        CoreClient(HUB["core_url"], wrong).get_nodes()
    except HubAPIError as error:
        checks.true("wrong secret", "status code 400" in str(error))
    else:
        checks.true("wrong secret is refused", False)


def queries():
    own = node_core.find_nodes(filter={"robot_id": HUB["node"]["account"]["id"]})
    checks.equal("own node", [str(node.id) for node in own], [HUB["node"]["id"]])
    mine = {"node_id": HUB["node"]["id"]}
    rows = node_core.find_analysis_nodes(filter=mine, sort={"by": "updated_at", "order": "descending"})
    checks.equal("rows", len(rows), 12)
    checks.equal("order", [r.updated_at for r in rows], sorted((r.updated_at for r in rows), reverse=True))
    checks.equal("word", {r.run_status for r in rows}, {None, "running", "finished"})
    checks.equal("included", rows[0].analysis.name, "analysis-11")
    page = node_core.find_analysis_nodes(filter=mine, page={"limit": 5, "offset": 10})
    checks.equal("page", len(page), 2)
    names = [a.name for a in core.find_analyses(filter={"name": (FilterOperator.like, "analysis-1")}, sort={"by": "name"})]
    checks.equal("like means starts with", names, ["analysis-1", "analysis-10", "analysis-11"])
    dotted = core.find_analysis_nodes(filter={"analysis.name": "analysis-3"})
    checks.equal("dotted", [row.analysis.name for row in dotted], ["analysis-3"])
    checks.equal("missing", core.get_node(uuid.uuid4()), None)


def writes():
    name = unique("robot")
    realm = auth.find_realms(filter={"name": "research"})[0]
    made = auth.create_robot(name, realm.id, "a robot's secret")
    itself = CoreClient(HUB["core_url"], RobotAuth(str(made.id), "a robot's secret", HUB["auth_url"]))
    checks.equal("new robot signs in", len(itself.get_nodes()), 2)
    checks.equal("robot update", auth.update_robot(made, display_name="A robot").display_name, "A robot")
    role = auth.create_role(unique("role"))
    given = auth.create_robot_role(made, role)
    checks.equal("robot role", auth.get_robot_role(given.id).robot_id, made.id)
    auth.delete_robot_role(given)
    permission = auth.find_permissions(filter={"name": "node_create"})[0]
    given = auth.create_robot_permission(made, permission)
    checks.equal("robot permission", auth.find_robot_permissions(filter={"robot_id": made.id})[0].id, given.id)
    fresh = CoreClient(HUB["core_url"], RobotAuth(str(made.id), "a robot's secret", HUB["auth_url"]))
    node = fresh.create_node(unique("node"))
    checks.equal("robot of the node", auth.get_robot(node.robot_id).name, str(node.id))
    auth.delete_robot(made)
    checks.equal("deleted robot", auth.get_robot(made.id), None)
    checks.true("hidden", core.update_node(node, hidden=True).hidden)
    project = core.create_project(unique("project"))
    checks.equal("update", core.update_project(project, description="Long enough").description, "Long enough")
    aggregator = core.find_nodes(filter={"name": "aggregator-node"})[0]
    link = core.create_project_node(project, aggregator)
    checks.equal("approved by itself", link.approval_status, "approved")
    analysis = core.create_analysis(project)
    row = core.create_analysis_node(analysis, aggregator)
    changed = core.update_analysis_node(row, run_status="running")
    checks.equal("status", changed.run_status, "running")
    checks.equal("in words of today", core.update_analysis_node(row, run_status="finished").run_status, "finished")
    buckets = eventually(lambda: core.find_analysis_buckets(filter={"analysis_id": analysis.id}))
    code = next(bucket for bucket in buckets if bucket.type == "CODE")
    storage.upload_to_bucket(code.external_id, {"file_name": "main.py", "content": b"print('hello')"})
    link_row = eventually(lambda: core.find_analysis_bucket_files(filter={"analysis_id": analysis.id}))[0]
    checks.equal("linked", (link_row.name, link_row.bucket_id), ("main.py", code.id))
    core.create_analysis_node_log(analysis, aggregator, "info", "a message")
    both = {"analysis_id": analysis.id, "node_id": aggregator.id}
    checks.equal("log", eventually(lambda: core.find_analysis_node_logs(filter=both))[0].message, "a message")
    core.delete_analysis(analysis)
    checks.equal("gone with the analysis", core.get_analysis_node(row.id), None)
    core.delete_project(project)
    core.delete_node(node)


def files():
    bucket = storage.create_bucket(unique("bucket"))
    content = random.Random(2).randbytes(3_000_000)
    file = storage.upload_to_bucket(bucket, {"file_name": "data.bin", "content": content})[0]
    checks.equal("down", b"".join(storage.stream_bucket_file(file)), content)
    archive = tarfile.open(fileobj=io.BytesIO(b"".join(storage.stream_bucket_tarball(bucket))))
    checks.equal("archive", archive.extractfile("data.bin").read(), content)
    storage.delete_bucket_file(file)
    storage.delete_bucket(bucket)
    checks.equal("deleted", storage.get_bucket(bucket.id), None)


print("flame-hub-client 0.2.10")
checks.section("sign-in", sign_in)
checks.section("filter, sort, page", queries)
checks.section("writes", writes)
checks.section("files", files)
checks.end()
