"""RMP-04 to RMP-07, RMP-10 and RMP-11: the entry test, what follows from it, subgroups and practical tasks."""

from __future__ import annotations

import base64
from datetime import date
from io import BytesIO

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from . import acts
from .page import Page
from .task import PASSWORD
from .ways import Ways, e_test, entry_ways, tested_ways
from .world import ROOT, World

__all__ = ["e_test", "entry_ways", "tested_ways"]

PLAN = "Разработать план повышения предметной компетентности"
TABLE = "Таблица решений «Уровень владения предметными компетенциями»"
IVANOVA, KUZNETSOV = "Иванова Марина Петровна", "Кузнецов Алексей Дмитриевич"
SUFFICIENT, ADMISSIBLE, UNSATISFACTORY = "достаточный", "допустимый", "неудовлетворительный"


def base_of(world: World, login: str) -> dict[str, str]:
    """Whom a reader finds in the attestation base, with the percentage."""
    page = world[login].get("/courses/base")
    assert page.status == 200, page.text
    rows = page.table("Результат, %") if page.tables() else []
    return {row["Фамилия, имя, отчество"]: row["Результат, %"] for row in rows}


def results(world: World, course: str = acts.COURSE) -> dict[str, tuple[str, str]]:
    """Percentage and level of every listener as the leader reads them."""
    rows = world[acts.LEADER].get(f"/courses/{course}/results").table("Уровень")
    return {row["Фамилия, имя, отчество"]: (row["Вход, %"], row["Уровень"]) for row in rows}


def process_page(world: World, login: str, name: str, process: str) -> Page:
    """Page of the process of that kind and person, found by the reader's list of processes."""
    listed = world[login].get("/processes", query={"whose": "all", "process": process})
    (address,) = [href for href, said in listed.links("/processes/2").items() if name in said]
    return world[login].get(address)


def test_rmp_04_a_sufficient_result_goes_to_the_restricted_base(entry_ways: Ways) -> None:
    running = entry_ways.world
    entry_ways.results({"teacher": 96, "teacher2": 70})
    assert results(running)[IVANOVA] == ("96,0", SUFFICIENT)
    for login in ("teacher", "teacher2"):
        acts.diagnose(running, login)
    assert PLAN not in running["teacher"].names()
    assert PLAN in running["teacher2"].names()

    for reader in ("cmoko_attestation", "teacher", acts.LEADER, "region_coordinator", "auditor"):
        assert base_of(running, reader) == {IVANOVA: "96,0"}
    assert base_of(running, "teacher2") == {}, "another teacher finds only her own record"
    for stranger in ("school_head", "deputy_head", "iro_methodist", "cmoko_analyst", "mms_methodist"):
        assert running[stranger].get("/courses/base").status == 404

    card = f"/courses/{acts.COURSE}/listeners/teacher"
    head = running["school_head"].get(card)
    assert head.fact("Уровень") == SUFFICIENT
    path = process_page(running, "school_head", IVANOVA, "rmp_listener")
    pages = [head, path, path.follow("История"), path.follow("Схема"), running["school_head"].get("/documents")]
    assert all("96" not in page.text for page in pages), "the head sees the level, the percentage in the report only"
    assert running["teacher2"].get(card).status == 404

    running.wait(date(2026, 4, 18))
    acts.form_groups(running)
    acts.assign_practice(running, "teacher")
    assert "Выполнить практическое задание" in running["teacher"].names()


def test_rmp_05_boundaries_are_judged_on_the_unrounded_percentage(entry_ways: Ways) -> None:
    running = entry_ways.world
    entry_ways.results({"teacher": 95.0, "teacher2": 94.9, "teacher3": 94.96, "teacher4": 100})
    report = acts.import_results(running, {"teacher5": (104, 100)})
    assert "104,0 % — больше 100 %" in report.text
    assert results(running) == {
        IVANOVA: ("95,0", SUFFICIENT),
        KUZNETSOV: ("94,9", UNSATISFACTORY),
        running.name("teacher3"): ("94,9", UNSATISFACTORY),
        running.name("teacher4"): ("100,0", SUFFICIENT),
        running.name("teacher5"): ("—", "—"),
    }
    for login in ("teacher", "teacher2", "teacher3", "teacher4"):
        acts.diagnose(running, login)
        assert (PLAN in running[login].names()) is (login in ("teacher2", "teacher3")), login

    (incident,) = running["admin"].get("/incidents").table("Что случилось")
    assert "Уровень определён?" in incident["Шаг"]
    stuck = process_page(running, acts.LEADER, running.name("teacher5"), "rmp_listener")
    assert "остановлен ошибкой" in stuck.text
    assert running.name("teacher5") not in running["auditor"].get("/courses/base").text

    entry = running[acts.LEADER].get(f"/courses/{acts.COURSE}/results").form("/entry")
    for name, value in {"teacher": "teacher5", "kind": "входной", "points": "104", "maximum": "100"}.items():
        entry.enter(name, value)
    refused = entry.press()
    assert refused.status == 422
    assert "Результат больше 100 %." in refused.text
    entry.enter("points", "98")
    assert entry.press().status == 200
    running.settle()
    assert results(running)[running.name("teacher5")] == ("98,0", SUFFICIENT)
    assert running["admin"].get("/incidents").tables() == []

    running.wait(date(2026, 4, 18))
    acts.form_groups(running)
    acts.assign_practice(running, "teacher3")
    assert "94,9 % — неудовлетворительный" in running["teacher3"].task("Выполнить практическое задание").text


def publish_pass_min(world: World, login: str, value: int) -> int:
    """Deploy `test_level` over the API with another `pass_min`; the processes that ask it follow. Returns the status of
    the answer."""
    table = (ROOT / "workflows" / "shared" / "test_level.dmn").read_text()
    assert "pass_min: 95" in table
    changed = BytesIO(table.replace("pass_min: 95", f"pass_min: {value}").encode())
    boundary, body = encode_multipart(MultiDict([("resources", FileStorage(changed, "test_level.dmn"))]))
    credentials = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
    answer = world.app.test_client().post(
        "/v2/deployments",
        data=body,
        headers={"Authorization": f"Basic {credentials}"},
        content_type=f'multipart/form-data; boundary="{boundary}"',
    )
    return answer.status_code


def test_rmp_06_a_changed_threshold_counts_for_who_comes_later(entry_ways: Ways) -> None:
    assert publish_pass_min(entry_ways.world, "school_head", 60) == 403
    assert publish_pass_min(entry_ways.world, "designer", 60) == 200
    who_comes_later_passes_with_60(entry_ways)


def who_comes_later_passes_with_60(entry_ways: Ways) -> None:
    """A new listener with 80 % and one with 59 %, and one with 80 % who began by the threshold of before."""
    running = entry_ways.world
    dates = {"enrol_until": "2026-04-14", "start": "2026-04-15"}
    acts.open_course(running, **dates)
    for login in ("teacher6", "teacher7"):
        acts.enrol(running, login)
    acts.begin_course(running, date(2026, 4, 14), date(2026, 4, 15))

    later = "МАТ-72-2026-2"
    entry_ways.results({"teacher6": 80, "teacher7": 59}, course=later)
    entry_ways.results({"teacher": 80})
    new, low = running.name("teacher6"), running.name("teacher7")
    assert results(running, later) == {new: ("80,0", ADMISSIBLE), low: ("59,0", UNSATISFACTORY)}
    assert results(running)[IVANOVA] == ("80,0", UNSATISFACTORY)
    assert base_of(running, "auditor") == {}
    for login, planned in {"teacher6": False, "teacher7": True, "teacher": True}.items():
        acts.diagnose(running, login)
        assert (PLAN in running[login].names()) is planned, login

    for name, version in {new: 2, low: 2, IVANOVA: 1}.items():
        found = running["auditor"].get("/audit", query={"process": "rmp_listener", "person": ""}).links("/audit/2")
        (address,) = [href for href, said in found.items() if name in said]
        assert f"{TABLE} · версия {version}" in running["auditor"].get(address).text


def test_rmp_07_remediation_runs_beside_the_practice(tested_ways: Ways) -> None:
    tested = tested_ways.world
    acts.assign_practice(tested, "teacher2")
    for login in ("teacher2", "teacher3"):
        assert PLAN in tested[login].names()
    assert "Выполнить практическое задание" in tested["teacher2"].names(), "both run at the same time"

    task = tested["teacher2"].task(PLAN)
    courses_only = [{**row, "kind": "курсовая подготовка"} for row in acts.ACTIVITIES]
    refused = task.fill(activities=courses_only).press("Отправить")
    assert refused.status == 422
    assert "не меньше одного мероприятия курсовой подготовки и одного — самообразования" in task.errors["activities"]
    one = tested["teacher2"].task(PLAN)
    one.page = one._form().press(name="_remove", value="activities.1")
    assert one.press("Отправить").status == 422, "one activity is too few"
    acts.make_plan(tested, "teacher2")
    acts.agree_plan(tested, "teacher2")
    assert "Отметить выполнение" in tested["teacher2"].names()

    plan = tested["teacher3"].task(PLAN)
    topics = [row["text"] for row in acts.ASSIGNMENT["difficulties"]]
    assert plan.offered("topics") == topics
    assert plan.values("topics") == topics, "who did not come plans by the technical assignment"
    acts.make_plan(tested, "teacher3")
    acts.agree_plan(tested, "teacher3")
    assert "Отметить выполнение" in tested["teacher3"].names()


def test_rmp_10_the_leader_moves_one_listener_to_another_subgroup(e_test: World) -> None:
    for login, points in acts.RESULTS.items():
        acts.take_test(e_test, login, points)
    for login in acts.RESULTS:
        acts.diagnose(e_test, login)
    e_test.wait(date(2026, 4, 18))
    task = e_test[acts.LEADER].task("Сформировать подгруппы")
    rows = task.rows("groups", "listener_id")
    assert set(rows) >= set(acts.RESULTS)
    for said in ("70,0", "66,6", "предметная, методическая", "А — предметная", "Б — методическая"):
        assert said in task.text
    proposed = {login: task.value(f"groups.{number}.group") for login, number in rows.items()}
    assert proposed["teacher2"] == "А — предметная"
    assert proposed["teacher"] == "Б — методическая"
    acts.form_groups(e_test, teacher="Г — углублённая (открытый урок, наставничество)")

    page = e_test[acts.LEADER].get(f"/courses/{acts.COURSE}/groups")
    (move,) = page.table("Кто перевёл")
    assert move["Слушатель"] == IVANOVA


def test_rmp_11_practice_states_its_basis_and_is_checked(tested: World) -> None:
    acts.assign_practice(tested, "teacher")
    task = tested["teacher"].task("Выполнить практическое задание")
    assert "Входное тестирование: 96 % — достаточный." in task.text
    assert f"Техническое задание: {acts.SUBJECT} — {acts.ASSIGNMENT['difficulties'][0]['text']}." in task.text
    assert "Основание результат входного тестирования, техническое задание" in task.text
    task.fill(answer="Урок проведён, конспект приложен", files=(BytesIO(acts.PDF), "конспект.pdf")).done()

    methodist = tested["iro_methodist"]
    check = methodist.task("Проверить задание", IVANOVA)
    assert check.buttons == ["Зачтено", "Доработать", "Не зачтено"]
    (file,) = [href for href, said in check.page.links("/files/").items() if "конспект.pdf" in said]
    assert methodist.get(file).body == acts.PDF
    assert tested["teacher2"].get(file).status == 404
    assert check.press("Доработать").status == 422, "what has to be changed must be said"
    check.done("Доработать", comment="Добавьте самоанализ урока")

    again = tested["teacher"].task("Выполнить практическое задание")
    assert "Добавьте самоанализ урока" in again.text
    assert again.value("answer") == "Урок проведён, конспект приложен"
    again.fill(answer="Урок проведён, конспект и самоанализ приложены").done()
    methodist.task("Проверить задание", IVANOVA).done("Зачтено")
    tested.settle()
    assert "Выбрать форму итоговой аттестации" in tested["teacher"].names()
