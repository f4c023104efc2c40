"""Who may ask what: tokens, roles, brands and agents; nothing else opens anything."""

import pytest

from actions.api_token import WRONG_OF_AN_ADDRESS, RevokeApiToken
from desktop.api.application import OPERATIONS
from desktop.api.operations import Operation
from domain.api_token import ApiRole
from tests.desktop.api.conftest import OpenApi
from tests.fakes.api_desk import PROGRAMS, ApiDesk
from tests.fakes.counter_desk import ANNA, CALL, CHLOE, CLAIRE, LUNES_CALL
from tests.fakes.desk import EVA, LENA, MAX, TOM


def path_of(one: Operation) -> str:
    return one.path.format_map(
        {
            "agent": EVA.id,
            "call": CALL,
            "participant": ANNA.id,
            "note": "n",
            "block": "b",
            "record": "r",
            "tenant": "alpenrad",
            "list": "list-1",
            "case": "case-1",
        }
    )


async def test_without_a_token_nothing_is_told(api: ApiDesk) -> None:
    refused: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic ZXZhOng="},
    )
    for one in OPERATIONS:
        for headers in refused:
            asked = api.client.request(one.method, f"/api{path_of(one)}", headers=headers)
            async with asked as answer:
                assert answer.status == 401, one.name
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert (await answer.json()).keys() == {"error"}


async def test_the_error_names_the_remedy(api: ApiDesk) -> None:
    status, said = await api.ask("GET", "/field", program=None)
    assert (status, said["error"]) == (401, "Send a token, as Authorization: Bearer TOKEN.")
    assert (await api.ask("GET", "/nothing", program=None))[0] == 401


async def test_a_session_opens_no_api_and_a_token_no_page(api: ApiDesk) -> None:
    async with api.desk.browser("eva") as eva:
        async with eva.get("/agent") as answer:
            assert answer.status == 200
        for path in ("/api/field", "/api/agents", "/api/nothing"):
            async with eva.get(path, headers=api.desk.origin) as answer:
                assert answer.status == 401
    for path in ("/agent", "/lead", "/agent/card", "/phone", "/apiary"):
        async with api.client.get(path, headers=api.headers("toolbar")) as answer:
            assert answer.status == 401
    asked = api.client.post("/agent/ready", headers=dict(api.desk.origin) | api.headers("toolbar"))
    async with asked as answer:
        assert answer.status == 401


@pytest.mark.parametrize(("program", "role"), [("toolbar", "agent-desk"), ("wall", "floor")])
async def test_a_role_may_what_it_names_and_no_more(api: ApiDesk, program: str, role: str) -> None:
    for one in OPERATIONS:
        before = len(api.facts())
        status, _ = await api.ask(one.method, path_of(one), program=program)
        assert (status == 403) is (ApiRole(role) not in one.roles), one.name
        if status == 403:
            assert len(api.facts()) == before


async def test_a_revoked_token_is_worth_nothing(api: ApiDesk) -> None:
    assert (await api.ask("GET", "/field", program="wall"))[0] == 200
    RevokeApiToken(api.counter.transactions, api.counter.clock)("wall")
    assert (await api.ask("GET", "/field", program="wall"))[0] == 401


async def test_wrong_tokens_are_limited_and_right_ones_pass(api: ApiDesk) -> None:
    api.secrets["stranger"] = "guess"
    for _ in range(WRONG_OF_AN_ADDRESS):
        assert (await api.ask("GET", "/field", program="stranger"))[0] == 401
    async with api.client.get("/api/field", headers=api.headers("stranger")) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "900")
    assert (await api.ask("GET", "/field"))[0] == 200
    async with api.desk.browser("eva"):
        pass  # nor are people shut out


@pytest.mark.parametrize("agent", [LENA.id, MAX.id, "p-nobody", "", "a b", "\x00".join("ab")])
async def test_only_agents_rights_can_be_had(api: ApiDesk, agent: str) -> None:
    if "\x00" not in agent:
        assert (await api.ask("GET", f"/participants/{ANNA.id}", agent=agent))[0] == 404
    named = agent.replace("\x00", "%00") or "%20"
    assert (await api.ask("POST", f"/agents/{named}/ready"))[0] == 404
    assert api.facts() == []


@pytest.mark.parametrize(
    ("program", "agent", "participant", "status"),
    [
        ("toolbar", EVA.id, ANNA.id, 200),
        ("toolbar", EVA.id, CLAIRE.id, 404),
        ("toolbar", CHLOE.id, CLAIRE.id, 200),
        ("toolbar", CHLOE.id, ANNA.id, 404),
        ("alpentool", EVA.id, ANNA.id, 200),
        ("lunetool", EVA.id, ANNA.id, 404),
        ("lunetool", CHLOE.id, CLAIRE.id, 200),
        ("alpentool", CHLOE.id, CLAIRE.id, 404),
    ],
)
async def test_it_takes_the_programs_right_and_the_agents(
    api: ApiDesk, program: str, agent: str, participant: str, status: int
) -> None:
    read = await api.ask("GET", f"/participants/{participant}", program=program, agent=agent)
    note = {
        "id": api.counter.new(str),
        "kind": "internal",
        "responsible": agent,
        "text": "Rang twice.",
    }
    written = await api.ask(
        "POST", f"/participants/{participant}/notes", note, program=program, agent=agent
    )
    assert (read[0], written[0]) == (status, status)
    assert len(api.facts()) == (status == 200)


async def test_a_brands_program_sees_that_brand_alone(open_api: OpenApi) -> None:
    rows = ("p-eva in 201 alpenrad de", "A enters alpenrad de", "B enters lune fr")
    async with open_api(*rows) as api:
        for program, tenants in (
            ("wall", {"alpenrad", "lune"}),
            ("alpenwall", {"alpenrad"}),
            ("lunewall", {"lune"}),
        ):
            _, field = await api.ask("GET", "/field", program=program)
            assert {row["tenant"] for row in field["calls"]} == tenants
            assert {row["tenant"] for row in field["tenants"]} == tenants
            _, brands = await api.ask("GET", "/tenants", program=program)
            assert {row["tenant"] for row in brands["tenants"]} == tenants
        _, agents = await api.ask("GET", "/agents", program="lunewall")
        assert [row["agent"] for row in agents["agents"]] == [CHLOE.id]
        assert (await api.ask("GET", f"/agents/{EVA.id}", program="lunewall"))[0] == 404
        status, _ = await api.ask("PUT", "/calls/A/priority", {"priority": 3}, program="lunewall")
        assert status == 409
        skills = {"skills": ["alpenrad"]}
        status, _ = await api.ask("PUT", f"/agents/{EVA.id}/skills", skills, program="alpenwall")
        assert status == 403
        assert api.facts() == []


async def test_another_brands_call_is_hidden_and_left_alone(open_api: OpenApi) -> None:
    rows = ("p-eva in 201 alpenrad lune de", "p-eva ready", "B enters lune de", "p-eva answers")
    async with open_api(*rows) as api:
        status, eva = await api.ask("GET", f"/agents/{EVA.id}", program="alpentool")
        assert (status, eva["state"], eva["call"], eva["may"]) == (200, "talking", None, [])
        for path, body in (("ready", None), ("call", {"control": "hold"}), ("done", None)):
            status, said = await api.ask(
                "POST", f"/agents/{EVA.id}/{path}", body, program="alpentool"
            )
            assert (status, "another brand's call" in said["error"]) == (409, True)
        assert (await api.ask("GET", f"/agents/{EVA.id}/pop", program="alpentool"))[0] == 409
        assert api.facts() == []


@pytest.mark.parametrize(("tenant", "call"), [("alpenrad", "B"), ("lune", None)])
async def test_a_wrapped_up_calls_brand_stands_in_the_log(
    open_api: OpenApi, tenant: str, call: str | None
) -> None:
    talks = f"p-eva in 201 {tenant} de", "p-eva ready", f"B enters {tenant} de", "p-eva answers"
    async with open_api(*talks, "B hangs up") as api:
        assert (await api.ask("GET", "/field"))[1]["calls"] == []
        _, eva = await api.ask("GET", f"/agents/{EVA.id}", program="alpentool")
        assert (eva["state"], eva["call"]) == ("wrap_up", call)


async def test_names_and_numbers_are_for_the_agents_programs(api: ApiDesk) -> None:
    for program in PROGRAMS:
        for path in ("/agents", "/field", "/call-backs", f"/agents/{EVA.id}"):
            _, told = await api.ask("GET", path, program=program)
            if PROGRAMS[program][0] is ApiRole.FLOOR:
                assert '"eva"' not in str(told).replace("'", '"')
    _, agents = await api.ask("GET", "/agents")
    assert {row["name"] for row in agents["agents"]} == {EVA.name, TOM.name, CHLOE.name}
    assert LUNES_CALL not in str(agents)
