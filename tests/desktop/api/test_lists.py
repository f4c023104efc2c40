"""A team lead's program sees how lists of debtors go on, and sees to cases, without knowing who they are."""

from dataclasses import replace

import pytest

from domain.dunning import Case, CaseList, CaseState, Lease, ListState
from domain.dunning_facts import CaseReserved, CaseWithdrawn, LimitExtended, ListChanged
from domain.dunning_profile import DE, Dunning
from domain.ids import AgentId, ListId, TenantId
from domain.tenant import TenantBook
from tests.desktop.api.conftest import OpenApi
from tests.fakes.api_desk import ApiDesk
from tests.fakes.counter_desk import ALPENRAD, CHLOE, LUNE
from tests.fakes.debtors import LIST, debtor
from tests.fakes.desk import EVA, TOM

LUNES = ListId("list-lune")
CASE = debtor(1).id
ROLE = "This takes a token of the role floor."


def with_lists(api: ApiDesk) -> ApiDesk:
    """One of each brand; Eva works on the second case of Alpenrad's."""
    book = api.counter.book.tenants
    dunning = Dunning(DE, "EUR")
    api.desk.book = TenantBook.of([replace(book[one], dunning=dunning) for one in book])
    now, eva = api.counter.clock(), AgentId(EVA.id)
    with api.counter.transactions.write() as uow:
        for of, tenant in ((LIST, ALPENRAD), (LUNES, LUNE)):
            made = CaseList(of, tenant, "Müller & Co.xlsx", ListState.RUNNING, 3, 1, now)
            uow.case_lists.add(made, b"")
        leased = debtor(2, lease=Lease(eva, 1, now), fences=1)
        paid = debtor(3, state=CaseState.CLOSED, outcome="paid", closed=now)
        uow.cases.add([debtor(1), leased, paid, debtor(4, list=LUNES, tenant=LUNE)])
        uow.commit()
    return api


def case(api: ApiDesk) -> Case:
    with api.counter.transactions.read() as uow:
        found = uow.cases.get(CASE)
    assert found is not None
    return found


async def test_how_far_lists_are(api: ApiDesk) -> None:
    with_lists(api)
    status, told = await api.ask("GET", "/lists", program="wall")
    assert (status, {one["list"] for one in told["lists"]}) == (200, {LIST, LUNES})
    status, one = await api.ask("GET", f"/lists/{LIST}", program="wall")
    assert (status, one["shares"]) == (200, [])
    assert one["progress"]["outcomes"] == {"paid": 1}
    assert one["progress"]["stages"] == {
        "due": 1,
        "leased": 1,
        "waiting": 0,
        "closed": 1,
        "withdrawn": 0,
    }


async def test_cases_go_by_their_place_in_the_file(api: ApiDesk) -> None:
    with_lists(api)
    _, told = await api.ask("GET", f"/lists/{LIST}/cases", program="wall", stage="leased")
    assert (told["count"], told["cases"][0]["row"], told["cases"][0]["agent"]) == (1, 3, EVA.id)
    _, everything = await api.ask("GET", f"/lists/{LIST}/cases", program="wall")
    _, lists = await api.ask("GET", "/lists", program="wall")
    told_all = repr((everything, lists))
    for secret in ("Debtor", "+4917139", "K1", "R-0001", "12345", "EUR", "Müller", "Hauptstr"):
        assert secret not in told_all, secret


@pytest.mark.parametrize(
    ("path", "state"),
    [("pause", ListState.PAUSED), ("stop", ListState.STOPPED)],
)
async def test_a_list_is_paused_and_stopped(api: ApiDesk, path: str, state: ListState) -> None:
    with_lists(api)
    assert (await api.ask("POST", f"/lists/{LIST}/{path}", program="wall"))[0] == 200
    status, said = await api.ask("POST", f"/lists/{LIST}/go_on", program="wall")
    written = [("wall", ListChanged(LIST, state))]
    if state is ListState.PAUSED:
        assert status == 200
        written.append(("wall", ListChanged(LIST, ListState.RUNNING)))
    else:
        assert (status, "stopped" in said["error"]) == (409, True)
    assert api.written() == written


async def test_a_case_is_seen_to(api: ApiDesk) -> None:
    with_lists(api)
    for method, path, body in (
        ("PUT", "agent", {"agent": TOM.id}),
        ("PUT", "limit", {"limit": 5, "reason": "He asked for it."}),
        ("PUT", "agent", {"agent": None}),
        ("POST", "withdraw", {"reason": "Paid at the counter."}),
    ):
        status, said = await api.ask(method, f"/cases/{CASE}/{path}", body, program="wall")
        assert status == 200, said
    assert api.written() == [
        ("wall", CaseReserved(CASE, AgentId(TOM.id))),
        ("wall", LimitExtended(CASE, LIST, 5)),
        ("wall", CaseReserved(CASE, None)),
        ("wall", CaseWithdrawn(CASE, LIST)),
    ]
    found = case(api)
    assert (found.limit, found.state, found.remark) == (
        5,
        CaseState.WITHDRAWN,
        "Paid at the counter.",
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("PUT", "limit", {"limit": 3, "reason": "x"}, 409, "isn't more than"),
        ("PUT", "limit", {"limit": 101, "reason": "x"}, 400, "`$.limit`"),
        ("PUT", "limit", {"limit": 5}, 400, "required field `reason`"),
        ("POST", "withdraw", {"reason": ""}, 400, "`$.reason`"),
        ("PUT", "agent", {"agent": "p-nobody"}, 404, "no such agent"),
        ("PUT", "agent", {}, 400, "required field `agent`"),
    ],
)
async def test_what_doesnt_fit_is_refused(
    api: ApiDesk, method: str, path: str, body: dict[str, object], status: int, says: str
) -> None:
    with_lists(api)
    got, said = await api.ask(method, f"/cases/{CASE}/{path}", body, program="wall")
    assert (got, says in said["error"]) == (status, True), said
    assert api.written() == []


@pytest.mark.parametrize(("program", "tenant"), [("lunewall", LUNE), ("alpenwall", ALPENRAD)])
async def test_a_brands_program_knows_of_its_own_lists(
    open_api: OpenApi, program: str, tenant: TenantId
) -> None:
    async with open_api() as api:
        with_lists(api)
        _, told = await api.ask("GET", "/lists", program=program)
        assert [one["tenant"] for one in told["lists"]] == [tenant]
        other, its_case = (LIST, debtor(1).id) if tenant == LUNE else (LUNES, debtor(4).id)
        for method, path, body in (
            ("GET", f"/lists/{other}", None),
            ("GET", f"/lists/{other}/cases", None),
            ("POST", f"/lists/{other}/stop", None),
            ("POST", f"/cases/{its_case}/withdraw", {"reason": "x"}),
            ("PUT", f"/cases/{its_case}/limit", {"limit": 9, "reason": "x"}),
            ("PUT", f"/cases/{its_case}/agent", {"agent": None}),
        ):
            status, said = await api.ask(method, path, body, program=program)
            assert (status, "no such list" in said["error"]) == (404, True)
        status, _ = await api.ask(
            "PUT", f"/cases/{CASE}/agent", {"agent": CHLOE.id}, program="alpenwall"
        )
        assert status == 404, "she serves another brand"
        assert api.written() == []


async def test_agents_programs_have_no_lists(api: ApiDesk) -> None:
    with_lists(api)
    for path in ("/lists", f"/lists/{LIST}", f"/lists/{LIST}/cases"):
        status, said = await api.ask("GET", path)
        assert (status, said["error"]) == (403, f"{ROLE} Ask for one.")
