# SPDX-License-Identifier: Apache-2.0
"""flame-hub-client 1.1.0, or another one, against the sandbox's hub 0.14: every operation of every resource."""

import importlib.metadata
import io
import random
import tarfile
import uuid

from checks import Checks, eventually, sandbox
from flame_hub import AuthClient, CoreClient, HubAPIError, StorageClient
from flame_hub.auth import ClientAuth, PasswordAuth
from flame_hub.types import FilterOperator

HUB = sandbox("current")
VERSION = importlib.metadata.version("flame-hub-client")
checks = Checks(f"flame-hub-client {VERSION}, hub 0.14")

admin = PasswordAuth(HUB["admin"]["name"], HUB["admin"]["secret"], HUB["auth_url"])
node_auth = ClientAuth(HUB["node"]["account"]["id"], HUB["node"]["account"]["secret"], HUB["auth_url"])
auth = AuthClient(HUB["auth_url"], admin)
core = CoreClient(HUB["core_url"], admin)
storage = StorageClient(HUB["storage_url"], admin)


def unique(prefix):
    return f"{prefix}-{random.randrange(16 ** 8):08x}"


def round_trip(name, client, singular, plural, create, update=None):
    """Creates, gets, finds, updates and deletes one record."""
    record = create()
    get = getattr(client, f"get_{singular}")
    checks.equal(f"{name} get", get(record.id).id, record.id)
    checks.true(f"{name} list", len(getattr(client, f"get_{plural}")()) > 0)
    if update is not None:
        for key, value in update.items():
            changed = getattr(client, f"update_{singular}")(record.id, **{key: value})
            checks.equal(f"{name} update {key}", getattr(changed, key), value)
            checks.equal(f"{name} get after update {key}", getattr(get(record.id), key), value)
        nothing = getattr(client, f"update_{singular}")(record.id)
        checks.equal(f"{name} update of nothing", nothing.updated_at, get(record.id).updated_at)
    getattr(client, f"delete_{singular}")(record.id)
    checks.equal(f"{name} get after delete", get(record.id), None)
    return record


def sign_in():
    checks.true("password", core.get_nodes())
    checks.true("client", CoreClient(HUB["core_url"], node_auth).get_nodes())
    wrong = PasswordAuth("admin", "wrong", HUB["auth_url"])
    checks.raises("wrong password", HubAPIError, 400, lambda: CoreClient(HUB["core_url"], wrong).get_nodes())
    wrong = ClientAuth(HUB["node"]["account"]["id"], "wrong", HUB["auth_url"])
    checks.raises("wrong secret", HubAPIError, 401, lambda: CoreClient(HUB["core_url"], wrong).get_nodes())
    checks.raises("bogus token at core", HubAPIError, 500, lambda: core.get_nodes(auth="bogus"))
    checks.raises("bogus token at auth", HubAPIError, 400, lambda: auth.get_users(auth="bogus"))
    checks.raises("no token", HubAPIError, 401, lambda: CoreClient(HUB["core_url"]).get_nodes())
    refreshed = PasswordAuth(HUB["admin"]["name"], HUB["admin"]["secret"], HUB["auth_url"])
    client = CoreClient(HUB["core_url"], refreshed)
    client.get_nodes()
    first = refreshed._current_token.access_token
    refreshed._current_token_expires_at_nanos = 0
    client.get_nodes()
    checks.true("refreshed", refreshed._current_token.access_token != first)


def queries():
    mine = {"node_id": HUB["node"]["id"]}
    rows, meta = core.find_analysis_nodes(filter=mine, meta=True)
    checks.equal("page size", len(rows), 50)
    checks.equal("total", meta.total, 60)
    checks.true("included", rows[0].analysis.id == rows[0].analysis_id and rows[0].node.name == "hospital-node")
    rows, meta = core.find_analysis_nodes(filter=mine, page={"limit": 100, "offset": 50}, meta=True)
    checks.equal("second page", (len(rows), meta.limit, meta.offset), (10, 50, 50))
    seen = []
    for offset in range(0, 60, 7):
        page = {"limit": 7, "offset": offset}
        seen += core.find_analysis_nodes(filter=mine, sort={"by": "created_at"}, page=page)
    checks.equal("all pages", len({row.id for row in seen}), 60)
    checks.equal("ascending", [row.created_at for row in seen], sorted(row.created_at for row in seen))
    rows = core.find_analysis_nodes(filter=mine, sort={"by": "updated_at", "order": "descending"})
    checks.equal("descending", [r.updated_at for r in rows], sorted((r.updated_at for r in rows), reverse=True))
    pending = core.find_analysis_nodes(filter={**mine, "approval_status": "null"})
    checks.equal("null", [row.approval_status for row in pending], [None, None])
    done = core.find_analysis_nodes(filter={**mine, "execution_status": (FilterOperator.neq, "executed")})
    checks.equal("not equal skips null", [row.execution_status for row in done], ["executing"])
    active = {**mine, "approval_status": "approved", "execution_status": "null,starting,started,executing,stopping"}
    checks.equal("list of values", len(core.find_analysis_nodes(filter=active)), 3)
    names = [a.name for a in core.find_analyses(filter={"name": (FilterOperator.like, "sis-7")})]
    checks.equal("like means ends with", names, ["analysis-7"])
    names = [a.name for a in core.find_analyses(filter={"name": "analysis-3~"}, sort={"by": "name"})]
    checks.equal("starts with", names, ["analysis-3"] + [f"analysis-3{n}" for n in range(10)])
    names = [a.name for a in core.find_analyses(filter={"name": (FilterOperator.lt, "analysis-11")}, sort={"by": "name"})]
    checks.equal("less than", names, ["analysis-0", "analysis-1", "analysis-10"])
    names = [a.name for a in core.find_analyses(filter={"name": (FilterOperator.ge, "analysis-9")}, sort={"by": "name"})]
    checks.equal("at least", names, ["analysis-9"])
    dotted = core.find_analysis_nodes(filter={**mine, "analysis.name": "analysis-5"})
    checks.equal("dotted", [row.analysis.name for row in dotted], ["analysis-5"])
    checks.equal("unknown filter widens", len(core.find_nodes(filter={"nonsense": "x"})), 2)
    checks.equal("missing", core.get_node(uuid.uuid4()), None)
    checks.equal("fields", auth.find_users(filter={"name": "owner"}, fields="email")[0].email, "owner@example.org")
    checks.equal("no fields", auth.find_users(filter={"name": "owner"})[0].email, None)


def auth_records():
    realm = auth.create_realm(unique("realm"))
    round_trip("realm", auth, "realm", "realms", lambda: auth.create_realm(unique("realm"), "A realm"),
               {"name": unique("realm"), "display_name": "Another", "description": "Long enough"})
    user = auth.create_user(unique("user"), email="someone@example.org")
    round_trip("user", auth, "user", "users", lambda: auth.create_user(unique("user"), email="a@example.org"),
               {"display_name": "Some One", "active": False, "first_name": "Some"})
    permission = auth.create_permission(unique("permission"))
    checks.raises("not one's own permission", HubAPIError, 403,
                  lambda: auth.create_user_permission(user.id, permission.id))
    round_trip("permission", auth, "permission", "permissions", lambda: auth.create_permission(unique("permission")),
               {"display_name": "A permission"})
    role = auth.create_role(unique("role"))
    round_trip("role", auth, "role", "roles", lambda: auth.create_role(unique("role")), {"description": "Long enough"})
    own = auth.find_permissions(filter={"name": "node_create"})[0]
    round_trip("role permission", auth, "role_permission", "role_permissions",
               lambda: auth.create_role_permission(role.id, own.id))
    round_trip("user permission", auth, "user_permission", "user_permissions",
               lambda: auth.create_user_permission(user.id, own.id))
    round_trip("user role", auth, "user_role", "user_roles", lambda: auth.create_user_role(user.id, role.id))
    given = auth.create_role_permission(role.id, own.id)
    checks.raises("twice", HubAPIError, 409, lambda: auth.create_role_permission(role.id, own.id))
    found = auth.find_role_permissions(filter={"role_id": role.id})
    checks.equal("junction includes", (found[0].role.id, found[0].permission.name), (role.id, "node_create"))
    auth.delete_role_permission(given)
    secret = "a secret of its own"
    client = auth.create_client(unique("client"), realm.id, secret=secret)
    signed_in = CoreClient(HUB["core_url"], ClientAuth(str(client.id), secret, HUB["auth_url"]))
    checks.equal("new client signs in", len(signed_in.get_nodes()), 2)
    checks.raises("without permission", HubAPIError, 400, lambda: signed_in.create_node("forbidden"))
    auth.delete_client(client)
    checks.raises("token of a deleted client", HubAPIError, 500, signed_in.get_nodes)
    round_trip("client", auth, "client", "clients", lambda: auth.create_client(unique("client"), realm.id),
               {"display_name": "A client", "active": False, "redirect_uri": "https://example.org/"})
    checks.raises("short name", HubAPIError, 400, lambda: auth.create_realm("x"))
    auth.delete_role(role)
    auth.delete_user(user)
    auth.delete_permission(permission)
    auth.delete_realm(realm)


def nodes_and_projects():
    realm = auth.find_realms(filter={"name": "research"})[0]
    node = core.create_node(unique("node"), realm_id=realm.id)
    checks.true("client of the node", auth.get_client(node.client_id).name == str(node.id))
    checks.equal("default registry", str(node.registry_id), HUB["registry"])
    credentials = core.get_node_registry_credentials(node)
    checks.equal("registry credentials", credentials.external_name, node.external_name)
    checks.equal("client credentials", core.get_node_client_credentials(node).id, node.client_id)
    rotated = core.update_node_client_credentials(node, secret="chosen by the node", display_name="Another")
    checks.equal("rotated", (rotated.secret, rotated.display_name), ("chosen by the node", "Another"))
    itself = CoreClient(HUB["core_url"], ClientAuth(str(node.client_id), "chosen by the node", HUB["auth_url"]))
    checks.equal("signs in with the new one", itself.get_node_client_credentials(node).secret, "chosen by the node")
    key = core.update_node(node, public_key="-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").public_key
    checks.equal("key in hexadecimal", bytes.fromhex(key).decode()[:26], "-----BEGIN PUBLIC KEY-----")
    round_trip("node", core, "node", "nodes", lambda: core.create_node(unique("node"), node_type="aggregator"),
               {"hidden": True, "external_name": unique("name")})
    project = core.create_project(unique("Project"), display_name="A Project")
    checks.equal("lower case", project.name, project.name.lower())
    round_trip("project", core, "project", "projects", lambda: core.create_project(unique("project")),
               {"display_name": "Another", "description": "Long enough", "name": unique("project")})
    round_trip("project node", core, "project_node", "project_nodes", lambda: core.create_project_node(project, node),
               {"approval_status": "rejected", "comment": "not this one"})
    link = core.create_project_node(project, node)
    checks.raises("linked twice", HubAPIError, 409, lambda: core.create_project_node(project, node))
    checks.equal("undecided", link.approval_status, None)
    checks.raises("the node can't approve", HubAPIError, 400,
                  lambda: itself.update_project_node(link, approval_status="approved"))
    found = core.find_project_nodes(filter={"node_id": node.id})
    checks.equal("project node includes", (found[0].node.id, found[0].project.id), (node.id, project.id))
    checks.equal("counted", core.get_project(project).nodes, 1)
    core.delete_node(node)
    checks.equal("gone with the node", core.get_project_node(link.id), None)
    checks.equal("client gone", auth.get_client(node.client_id), None)
    core.delete_project(project)


def analyses():
    image = core.find_master_images(filter={"virtual_path": "python/base"})
    checks.equal("master image", [str(i.id) for i in image], [HUB["master_image"]])
    group = core.find_master_image_groups(filter={"virtual_path": image[0].group_virtual_path})
    checks.equal("its group", core.get_master_image_group(group[0].id).path, "python")
    checks.equal("get master image", core.get_master_image(image[0].id).command, "python")
    core.sync_master_images()
    core.build_master_image(image[0].id)
    checks.true("image built", eventually(lambda: core.get_master_image(image[0].id).build_status == "executed"))

    project = core.create_project(unique("project"))
    default, aggregator = core.create_node(unique("node")), core.create_node(unique("node"), node_type="aggregator")
    link = core.create_project_node(project, default)
    core.create_project_node(project, aggregator)
    analysis = core.create_analysis(project, image_command_arguments=[{"value": "--fast", "position": None}])
    checks.true("name invented", analysis.name)
    checks.equal("arguments", analysis.image_command_arguments, [{"value": "--fast", "position": None}])
    checks.true("client of the analysis", auth.get_client(analysis.client_id))
    checks.true("its credentials", core.get_analysis_client_credentials(analysis).secret)
    checks.equal("rotated", core.update_analysis_client_credentials(analysis, secret="another one").secret, "another one")
    approved = core.find_analysis_nodes(filter={"analysis_id": analysis.id})
    checks.equal("approved nodes only", [row.node_id for row in approved], [aggregator.id])
    row = core.create_analysis_node(analysis, default)
    checks.equal("the same again", core.create_analysis_node(analysis, default).id, row.id)
    checks.equal("update", core.update_analysis(analysis, description="Long enough").description, "Long enough")
    checks.equal("update to null", core.update_analysis(analysis, description=None).description, None)
    checks.raises("project in use", HubAPIError, 400, lambda: core.delete_project(project))

    buckets = eventually(lambda: len(core.find_analysis_buckets(filter={"analysis_id": analysis.id})) == 3
                         and core.find_analysis_buckets(filter={"analysis_id": analysis.id}))
    checks.equal("buckets", sorted(bucket.type.value for bucket in buckets), ["CODE", "RESULT", "TEMP"])
    code = next(bucket for bucket in buckets if bucket.type.value == "CODE")
    checks.equal("get bucket", core.get_analysis_bucket(code.id).bucket_id, code.bucket_id)
    checks.raises("not lockable", HubAPIError, 400, lambda: core.send_analysis_command(analysis, "configurationLock"))
    file = storage.upload_to_bucket(code.bucket_id, {"file_name": "main.py", "content": b"print('hello')"})[0]
    wanted = {"analysis_id": analysis.id}
    link_row = eventually(lambda: core.find_analysis_bucket_files(filter=wanted))[0]
    checks.equal("linked", (link_row.path, link_row.bucket_file_id, link_row.root), ("main.py", file.id, False))
    checks.equal("link includes", (link_row.analysis.id, link_row.analysis_bucket.id), (analysis.id, code.id))
    checks.true("entry point", core.update_analysis_bucket_file(link_row, is_entrypoint=True).root)
    checks.raises("no image yet", HubAPIError, 400, lambda: core.send_analysis_command(analysis, "configurationLock"))
    checks.true("image", core.update_analysis(analysis, master_image_id=image[0]).configuration_image_valid)
    checks.true("locked", core.send_analysis_command(analysis, "configurationLock").configuration_locked)
    checks.raises("not approved", HubAPIError, 400, lambda: core.send_analysis_command(analysis, "buildStart"))
    checks.equal("approval", core.update_analysis_node(row, approval_status="approved").approval_status, "approved")
    checks.true("unlocked", not core.send_analysis_command(analysis, "configurationUnlock").configuration_locked)
    checks.equal("approval reset", core.get_analysis_node(row.id).approval_status, None)
    core.send_analysis_command(analysis, "configurationLock")
    core.update_analysis_node(row, approval_status="approved", comment="fine")
    checks.equal("building", core.send_analysis_command(analysis, "buildStart").build_status, "starting")
    checks.true("built", eventually(lambda: core.get_analysis(analysis.id).build_status == "executed"))
    core.send_analysis_command(analysis, "distributionStart")
    checks.true("distributed", eventually(lambda: core.get_analysis(analysis.id).distribution_status == "executed"))
    for command in ("buildCheck", "distributionCheck", "storageCheck"):
        checks.equal(command, core.send_analysis_command(analysis, command).id, analysis.id)
    changed = core.update_analysis_node(row, execution_status="executing", execution_progress=50)
    checks.equal("status", (changed.execution_status, changed.execution_progress), ("executing", 50))
    checks.true("of the analysis", eventually(lambda: core.get_analysis(analysis.id).execution_status == "executing"))
    checks.true("nodes valid", core.get_analysis(analysis.id).distribution_nodes_valid)

    log = core.create_analysis_node_log(analysis, default, "info", "a message", code="12345")
    checks.equal("log", log.message, "a message")
    both = {"analysis_id": analysis.id, "node_id": default.id}
    found = eventually(lambda: core.find_analysis_node_logs(filter=both))
    checks.equal("found log", (found[0].message, found[0].labels["code"]), ("a message", "12345"))
    checks.raises("log without filter", HubAPIError, 400, core.find_analysis_node_logs)
    core.delete_analysis_node_logs(analysis, default)
    checks.equal("deleted log", core.find_analysis_node_logs(filter=both), [])
    steps = [f"The {kind} has {step}." for kind in ("distribution", "build") for step in ("ended", "started")]
    checks.equal("analysis log", [line.message for line in core.find_analysis_logs(filter=wanted)], steps)
    core.delete_analysis_logs(analysis)
    checks.equal("deleted analysis log", core.find_analysis_logs(filter=wanted), [])

    bucket = storage.create_bucket(unique("bucket"))
    own = core.create_analysis_bucket("TEMP", bucket, analysis)
    extra = storage.upload_to_bucket(bucket, {"file_name": "extra.py", "content": b"pass"})[0]
    made = core.create_analysis_bucket_file("extra.py", extra, bucket, own)
    checks.equal("made link", core.get_analysis_bucket_file(made.id).path, "extra.py")
    core.delete_analysis_bucket_file(made)
    checks.equal("deleted link", core.get_analysis_bucket_file(made.id), None)
    core.delete_analysis_bucket(own)
    checks.equal("deleted analysis bucket", core.get_analysis_bucket(own.id), None)
    core.delete_analysis_bucket_file(link_row)
    storage.delete_bucket_file(file)
    storage.delete_bucket_file(extra)
    storage.delete_bucket(bucket)
    core.delete_analysis_node(row)
    checks.equal("deleted node of the analysis", core.get_analysis_node(row.id), None)
    core.delete_analysis(analysis)
    checks.equal("deleted analysis", core.get_analysis(analysis.id), None)
    core.delete_project_node(link)
    core.delete_project(project)
    core.delete_node(default)
    core.delete_node(aggregator)


def registries():
    registry = core.create_registry(unique("registry"), f"{unique('host')}.example.org", "admin", "a secret")
    checks.equal("no secret", core.get_registry(registry.id).account_secret, None)
    checks.equal("secret on demand", core.get_registry(registry.id, fields="account_secret").account_secret, "a secret")
    round_trip("registry", core, "registry", "registries",
               lambda: core.create_registry(unique("registry"), f"{unique('host')}.example.org"),
               {"name": unique("registry"), "account_name": "someone"})
    core.send_registry_command(registry, "setup")
    found = core.find_registry_projects(filter={"registry_id": registry.id})
    checks.equal("set up", sorted(p.type for p in found), ["incoming", "masterImages", "outgoing"])
    core.send_registry_command(registry, "cleanup")
    round_trip("registry project", core, "registry_project", "registry_projects",
               lambda: core.create_registry_project(unique("project"), "default", registry, unique("name")),
               {"name": unique("project"), "external_name": unique("name")})
    core.delete_registry(registry)


def files():
    bucket = storage.create_bucket(unique("bucket"))
    checks.equal("get bucket", storage.get_bucket(bucket.id), bucket)
    checks.equal("find bucket", storage.find_buckets(filter={"id": bucket.id}), [bucket])
    large = random.Random(1).randbytes(5_000_000)
    found = storage.upload_to_bucket(bucket, {"file_name": "a/large.bin", "content": io.BytesIO(large)},
                                     {"file_name": "small.txt", "content": b"sixteen bytes..."})
    checks.equal("uploaded", [(f.path, f.name, f.size) for f in found],
                 [("a/large.bin", "large.bin", 5_000_000), ("small.txt", "small.txt", 16)])
    checks.equal("down", b"".join(storage.stream_bucket_file(found[0], chunk_size=65536)), large)
    checks.equal("first chunk", next(iter(storage.stream_bucket_file(found[1]))), b"sixteen bytes...")
    archive = tarfile.open(fileobj=io.BytesIO(b"".join(storage.stream_bucket_tarball(bucket))))
    checks.equal("archive", archive.getnames(), ["a/large.bin", "small.txt"])
    checks.equal("file in the archive", archive.extractfile("a/large.bin").read(), large)
    checks.raises("twice", HubAPIError, 500,
                  lambda: storage.upload_to_bucket(bucket, {"file_name": "small.txt", "content": b"other"}))
    checks.equal("find file", storage.find_bucket_files(filter={"name": "small.txt", "bucket_id": bucket.id})[0].id,
                 found[1].id)
    checks.equal("file includes", storage.get_bucket_file(found[0].id).bucket.id, bucket.id)
    checks.raises("missing file", HubAPIError, 404, lambda: list(storage.stream_bucket_file(uuid.uuid4())))
    checks.raises("missing bucket", HubAPIError, 404, lambda: list(storage.stream_bucket_tarball(uuid.uuid4())))
    storage.delete_bucket_file(found[0])
    checks.equal("deleted file", storage.get_bucket_file(found[0].id), None)
    storage.delete_bucket(bucket)
    checks.equal("deleted bucket", storage.get_bucket(bucket.id), None)
    checks.equal("its files", storage.find_bucket_files(filter={"bucket_id": bucket.id}), [])


print(f"flame-hub-client {VERSION}")
checks.section("sign-in", sign_in)
checks.section("filter, sort, page, fields", queries)
checks.section("auth records", auth_records)
checks.section("nodes and projects", nodes_and_projects)
checks.section("analyses", analyses)
checks.section("registries", registries)
checks.section("files", files)
checks.end()
