"""The adapter of ``examples/ravenstack``: on a small export of our own, and on the real one where there is one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import journeykit as jk
from examples.ravenstack.convert import convert
from examples.ravenstack.doubts import KINDS, examine
from examples.ravenstack.tables import ExportError, read_export

UNTIL = date(2024, 12, 31)
TABLES = {
    "accounts": """\
account_id,account_name,industry,country,signup_date,referral_source,plan_tier,seats,is_trial,churn_flag
A-1,One,EdTech,US,2024-01-10,partner,Basic,9,False,False
A-2,Two,EdTech,US,2024-02-01,partner,Enterprise,9,True,True
""",
    "subscriptions": """\
subscription_id,account_id,start_date,end_date,plan_tier,seats,mrr_amount,arr_amount,is_trial,upgrade_flag,\
downgrade_flag,churn_flag,billing_frequency,auto_renew_flag
S-1,A-1,2024-01-31,2024-04-12,Basic,9,10,120,False,False,False,True,monthly,True
S-2,A-1,2024-02-01,,Pro,9,10,120,False,False,False,False,annual,True
S-3,A-2,2024-02-01,,Enterprise,9,0,0,True,False,False,False,monthly,False
S-4,A-2,2024-01-01,,Enterprise,9,0,0,True,False,False,False,monthly,True
S-5,A-2,2024-03-01,2024-02-20,Enterprise,9,0,0,True,False,False,False,monthly,True
""",
    "feature_usage": """\
usage_id,subscription_id,usage_date,feature_name,usage_count,usage_duration_secs,error_count,is_beta_feature
U-1,S-1,2024-02-10,feature_1,10,1,2,False
U-2,S-1,2024-03-12,feature_2,5,1,0,False
U-2,S-2,2024-05-12,feature_3,5,1,0,False
U-3,S-1,2024-01-30,feature_2,5,1,0,False
U-4,S-1,2024-04-13,feature_2,5,1,0,False
U-5,S-9,2024-04-13,feature_2,5,1,0,False
U-6,S-1,2024-04-12,feature_2,5,1,1,False
""",
    "support_tickets": """\
ticket_id,account_id,submitted_at,closed_at,resolution_time_hours,priority,first_response_time_minutes,\
satisfaction_score,escalation_flag
T-1,A-1,2024-02-11,2024-02-12 03:00:00,27.0,urgent,74,4.0,True
T-2,A-1,2024-01-09,2024-01-12 03:00:00,27.0,high,74,,False
T-3,A-2,2024-02-11,,27.0,high,74,,False
""",
    "churn_events": """\
churn_event_id,account_id,churn_date,reason_code,refund_amount_usd,preceding_upgrade_flag,preceding_downgrade_flag,\
is_reactivation,feedback_text
C-1,A-1,2024-06-01,pricing,4.03,False,False,True,too expensive
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / f"ravenstack_{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "examples.ravenstack", str(folder), *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_contradictions_are_counted_by_kind(folder: Path) -> None:
    sound = examine(read_export(folder), UNTIL)
    assert +sound.doubts == Counter(
        event_without_account_flag=1,
        account_flag_without_event=1,
        subscription_before_signup=1,
        subscription_ends_before_start=1,
        other_plan=1,
        runs_on_unrenewed=1,
        repeated_usage=1,
        usage_before_subscription=1,
        usage_after_subscription=1,
        usage_of_nothing=1,
        ticket_before_signup=1,
        churn_while_subscribed=1,
        first_return=1,
    )
    assert set(sound.doubts) <= set(KINDS)
    assert [row.id for row in sound.export.usage] == ["U-1", "U-2", "U-6"]


def test_rows_become_inputs_in_the_order_of_what_happened(folder: Path) -> None:
    converted = convert(examine(read_export(folder), UNTIL).export, UNTIL)
    mine = [entry for entry in converted.inputs if entry["account"] == "A-1"]
    assert [(entry["kind"], entry["at"][:10], entry["id"]) for entry in mine] == [
        ("begin", "2024-01-10", "A-1"),
        ("open", "2024-01-31", "S-1"),
        ("open", "2024-02-01", "S-2"),
        ("observe", "2024-02-10", "U-1"),
        ("place", "2024-02-10", "A-1/placed"),
        ("observe", "2024-02-11", "T-1"),
        ("observe", "2024-02-12", "T-1/closed"),
        ("observe", "2024-03-12", "U-2"),
        ("observe", "2024-04-12", "U-6"),
        ("confirm", "2024-04-12", "S-1/notice"),
        ("observe", "2024-04-12", "S-1/end"),
        ("signal", "2024-06-01", "C-1"),
    ]
    by_id = {entry["id"]: entry for entry in mine}
    assert by_id["S-1"]["facts"]["contract_end"] == "2024-02-28"
    assert by_id["S-2"]["facts"]["contract_end"] == "2025-01-31"
    assert by_id["U-1"]["facts"] == {"uses": 10, "features_used": 1, "errors_met": 2}
    assert by_id["U-2"]["facts"] == {"uses": 15, "features_used": 2, "errors_met": 2, "usage_trend": -50}
    assert by_id["T-1"]["facts"]["open_major_issues"] == 1
    assert by_id["T-1/closed"]["facts"] == {"tickets_open": 0, "open_major_issues": 0, "ticket_satisfaction": 4.0}
    assert by_id["C-1"]["signal"] == "left_over_pricing"
    assert converted.rows == Counter(accounts=2, subscriptions=3, feature_usage=3, support_tickets=2, churn_events=1)


def test_nothing_is_known_before_its_day(folder: Path) -> None:
    """An end date says nothing before that day: cut off earlier, the inputs are the beginning of the whole."""
    export = examine(read_export(folder), UNTIL).export
    whole = convert(export, UNTIL).inputs
    for last in (date(2024, 2, 10), date(2024, 4, 11), date(2024, 4, 12)):
        early = convert(export, last).inputs
        assert early == [entry for entry in whole if entry["at"][:10] <= last.isoformat()]


def test_a_subscription_ends_on_its_day_and_others_renew(folder: Path, root: Path) -> None:
    inputs = [jk.parse_input(entry) for entry in convert(examine(read_export(folder), UNTIL).export, UNTIL).inputs]
    machine = jk.load(root / "examples" / "ravenstack" / "profiles" / "smb.yaml")
    history = jk.replay(
        machine, [entry for entry in inputs if entry.account == "A-1"], until=datetime(2024, 12, 31, 23, 59, tzinfo=UTC)
    )
    assert history.refused == ()
    of_s1 = [record for record in history.records if record.subject == "contract:S-1"]
    ends = [record.at.date() for record in of_s1 if record.kind == "milestone" and record.name == "end"]
    assert ends == [date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 13)]
    assert [record.data["renewals"] for record in of_s1 if record.kind == "term"] == [1, 2]
    assert history.snapshot.positions["renewal", "contract:S-1"] == "lost"
    assert history.snapshot.positions["value", "workstream:main"].startswith("adoption")
    placed = [record for record in history.records if record.kind == "placed"]
    assert [(record.subject, record.data["by"]) for record in placed] == [("workstream:main", "export")]
    assert history.snapshot.positions["retention", "account"] == "at_risk"


def test_the_program_prints_what_it_read_and_found(folder: Path, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "inputs.jsonl"
    done = run(folder, root, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "11 of 18 rows became 15 inputs, of which 0 were refused." in done.stdout
    assert "Portfolio: 1 product_led, 1 smb" in done.stdout
    assert "What moved" in done.stdout
    assert len(out.read_text(encoding="utf-8").splitlines()) == 15


def test_a_folder_without_the_export_is_one_clear_line(root: Path, tmp_path: Path) -> None:
    done = run(tmp_path, root)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r".*ravenstack_accounts\.csv: cannot be read .*\n", done.stderr)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("signup_date", "signed_up_on", r"accounts\.csv:1: has no column 'signup_date'"),
        ("2024-01-10", "10 January", r"accounts\.csv:2: cannot be read: .*10 January"),
        (
            "Enterprise,9,True",
            "Gold,9,True",
            r"accounts\.csv:3: cannot be read: expected one of Basic, Pro, Enterprise",
        ),
    ],
)
def test_a_broken_table_is_refused_with_its_place(folder: Path, before: str, after: str, said: str) -> None:
    path = folder / "ravenstack_accounts.csv"
    path.write_text(TABLES["accounts"].replace(before, after), encoding="utf-8")
    with pytest.raises(ExportError, match=said):
        read_export(folder)


def test_the_four_profiles_differ_in_their_first_lines_only(root: Path) -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in sorted((root / "examples/ravenstack/profiles").glob("*.yaml"))
    ]
    assert len(texts) == 4
    assert len({text.split("\n\n", 1)[1] for text in texts}) == 1


def test_the_real_export(data_folder: Path, root: Path) -> None:
    folder = data_folder / "ravenstack"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; set JOURNEYKIT_DATA to the folder that holds it")
    done = run(folder, root)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    match = re.fullmatch(r"500 accounts, 14,949 inputs, [\d,]+ records in ([\d.]+) s", last)
    assert match, last
    assert ", of which 0 were refused" in done.stdout
    assert re.search(r"19,128 +left out +happened before its subscription began", done.stdout)
