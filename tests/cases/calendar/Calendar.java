// Prints the calendar table. A JDK of 17 or newer is all it needs; from the root of the repository:
//   java tests/cases/calendar/Calendar.java > tests/cases/calendar.csv
//
// It asks java.time alone, and knows nothing of journeykit. What stands in BY_HAND was worked out by hand, and is
// held against java.time where that is asked the same. Zones are asked about no day after 2024: rules yet to be made
// would change the answers. Etc/GMT+3 is three hours behind UTC and Etc/GMT-14 fourteen ahead of it, for ever.

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRulesProvider;
import java.util.LinkedHashMap;
import java.util.Map;

public class Calendar {
    /** Zones, and the years whose changes of the clock are asked about. */
    static final String CHANGES =
            """
            America/Sao_Paulo 2018
            Pacific/Apia 2011
            Pacific/Kiritimati 1994
            Pacific/Kwajalein 1993
            Australia/Lord_Howe 2024
            Pacific/Auckland 2024
            Asia/Pyongyang 2015 2018
            Asia/Kathmandu 1986
            Asia/Tehran 2022
            Asia/Beirut 2024
            Africa/Cairo 2024
            Africa/Casablanca 2024
            Antarctica/Troll 2024
            Europe/Lisbon 2024
            Europe/Dublin 2024
            Atlantic/Azores 2024
            America/St_Johns 2006 2024
            America/New_York 2024
            America/Havana 2024
            America/Toronto 1919
            America/Caracas 2007 2016
            America/Santiago 2024
            """;

    /** What, anchor, period, k, zone, expected, note. */
    static final String BY_HAND =
            """
            date,2023-01-31,1 month,1,,2023-02-28,a day that a month has not becomes its last
            date,2024-01-31,1 month,1,,2024-02-29,a leap year
            date,2023-01-31,1 month,2,,2023-03-31,counted from the anchor: not 28 March
            date,2023-01-31,1 month,13,,2024-02-29,counted from the anchor: not 28 February
            date,2024-03-31,1 month,-1,,2024-02-29,
            date,2024-12-31,90 days,-1,,2024-10-02,31 + 30 + 29 days back
            date,2024-12-31,3 months,-1,,2024-09-30,90 days are not 3 months
            date,2023-11-30,90 days,1,,2024-02-28,
            date,2023-11-30,3 months,1,,2024-02-29,
            date,2024-02-29,1 year,1,,2025-02-28,
            date,2024-02-29,1 year,4,,2028-02-29,counted from the anchor: not 28 February
            date,2024-01-31,1 month 1 day,1,,2024-03-01,first the months then the days
            date,2024-01-31,1 month 1 day,2,,2024-04-02,2 months and 2 days in one go
            date,2024-03-31,1 month 1 day,-1,,2024-02-28,first the months then the days: backwards too
            date,1896-02-29,4 years,1,,1900-02-28,1900 is no leap year
            date,2096-02-29,4 years,1,,2100-02-28,2100 is no leap year
            date,1600-02-29,400 years,1,,2000-02-29,2000 is one
            date,9999-12-31,90 days,-1,,9999-10-02,
            date,9999-12-31,1 day,1,,9999-12-31,the edge of the calendar
            date,9999-12-31,1 month,1,,9999-12-31,the edge of the calendar
            date,9999-01-31,1 year,1,,9999-12-31,the edge of the calendar
            date,2024-02-29,1000 years,8,,9999-12-31,the edge of the calendar
            date,0001-01-01,1 day,-1,,0001-01-01,the edge of the calendar
            date,0001-03-31,1 year,-1,,0001-01-01,the edge of the calendar
            begins,2011-12-28,1 day,1,Pacific/Apia,2011-12-29T10:00:00Z,the last day before the one that never was
            begins,2011-12-29,1 day,1,Pacific/Apia,2011-12-30T10:00:00Z,a day that never was
            begins,2011-12-30,1 day,1,Pacific/Apia,2011-12-30T10:00:00Z,the day after it begins there too
            ends,2011-12-28,1 day,1,Pacific/Apia,2011-12-30T10:00:00Z,the day before it ends there
            ends,2011-12-29,1 day,1,Pacific/Apia,2011-12-30T10:00:00Z,a day that never was ends where it begins
            ends,2011-12-30,1 day,1,Pacific/Apia,2011-12-31T10:00:00Z,a day of 24 hours
            instant,2011-12-29T09:00-10:00,1 day,1,Pacific/Apia,2011-12-30T19:00:00Z,later by the 24 hours skipped
            instant,2011-12-29T09:00-10:00,1 day,2,Pacific/Apia,2011-12-30T19:00:00Z,counted in dates: the same
            begins,1994-12-30,1 day,1,Pacific/Kiritimati,1994-12-31T10:00:00Z,a day that never was
            ends,1994-12-30,1 day,1,Pacific/Kiritimati,1994-12-31T10:00:00Z,a day that never was ends where it begins
            begins,1994-12-31,1 day,1,Pacific/Kiritimati,1994-12-31T10:00:00Z,
            begins,2018-11-03,1 day,1,America/Sao_Paulo,2018-11-04T03:00:00Z,no midnight: the day begins at 01:00
            ends,2018-11-02,1 day,1,America/Sao_Paulo,2018-11-04T03:00:00Z,
            begins,1985-12-31,1 day,1,Asia/Kathmandu,1985-12-31T18:30:00Z,no midnight: the day begins at 00:15
            begins,2024-11-02,1 day,1,America/Havana,2024-11-03T04:00:00Z,midnight comes twice: the first
            begins,1919-03-30,1 day,1,America/Toronto,1919-03-31T04:30:00Z,from 23:30 to 00:30: the day begins at 00:30
            instant,2024-11-03T01:30-05:00,1 day,0,America/New_York,2024-11-03T06:30:00Z,moved by nothing: itself
            instant,2024-11-03T01:30-04:00,0 days,1,America/New_York,2024-11-03T05:30:00Z,moved by nothing: itself
            instant,2024-11-03T01:30-05:00,0 days,7,America/New_York,2024-11-03T06:30:00Z,moved by nothing: itself
            begins,9999-12-31,1 day,1,UTC,9999-12-31T00:00:00Z,the edge of the calendar
            begins,0001-01-02,1 day,-1,Etc/GMT-14,0001-01-01T00:00:00Z,it began before the calendar
            begins,0001-01-01,0 days,1,Etc/GMT+3,0001-01-01T03:00:00Z,
            begins,9999-12-30,1 day,1,Etc/GMT+3,9999-12-31T03:00:00Z,
            ends,9999-12-31,1 day,1,UTC,9999-12-31T23:59:59.999999Z,the edge of the calendar
            ends,9999-12-31,1 day,0,Etc/GMT+3,9999-12-31T23:59:59.999999Z,it ends after the calendar
            instant,9999-12-31T10:00+00:00,1 day,1,UTC,9999-12-31T10:00:00Z,the edge of the calendar
            instant,9999-12-30T22:00-03:00,1 day,1,Etc/GMT+3,9999-12-31T23:59:59.999999Z,10000-01-01 in UTC
            instant,2024-06-15T22:00-03:00,1000 years,8,Etc/GMT+3,9999-12-31T23:59:59.999999Z,the edge of the calendar
            instant,0001-01-02T02:00+14:00,1 day,-1,Etc/GMT-14,0001-01-01T00:00:00Z,before the calendar in UTC
            instant,2024-06-15T02:00+14:00,1000 years,-3,Etc/GMT-14,0001-01-01T00:00:00Z,the edge of the calendar
            """;

    /** Questions (what, anchor, period, k, zone) with the rest of their line, in the order in which they came up. */
    static final Map<String, String> rows = new LinkedHashMap<>();

    public static void main(String[] args) {
        BY_HAND.lines().forEach(line -> {
            String[] cells = line.split(",", -1);
            String question = String.join(",", cells[0], cells[1], cells[2], cells[3], cells[4]);
            rows.put(question, cells[5] + ",hand," + cells[6]);
        });
        monthEnds();
        leapDays();
        otherDates();
        CHANGES.lines().map(line -> line.split(" ")).forEach(words -> {
            for (int n = 1; n < words.length; n++) {
                changes(ZoneId.of(words[0]), Integer.parseInt(words[n]));
            }
        });
        cadences();
        terms();
        System.out.println("# Printed by tests/cases/calendar/Calendar.java; never by journeykit. Sources:");
        System.out.printf("# java: java.time of OpenJDK %s (%s); tz database %s%n", System.getProperty("java.version"),
                System.getProperty("java.vendor"), ZoneRulesProvider.getVersions("Europe/Lisbon").lastKey());
        System.out.println("# hand: worked out by hand; see BY_HAND in Calendar.java");
        System.out.println("# A second library, whenever 0.11.0 with tz database 2025b, says the same: see again.py");
        System.out.println("what,anchor,period,k,zone,expected,source,note");
        rows.forEach((question, rest) -> System.out.println(question + "," + rest));
    }

    static void monthEnds() {
        for (String anchor : "2023-01-31 2024-01-30 2024-01-31 2024-08-31 2024-10-31 2024-12-31".split(" ")) {
            for (int k : new int[] {1, 2, 3, 4, 6, 13, -1, -2, -6, -11}) {
                date(anchor, "1 month", k, "");
            }
        }
        for (String anchor : "2023-11-30 2024-05-31 2024-12-31".split(" ")) {
            for (int k : new int[] {1, 2, 3, 4, -1, -3}) {
                date(anchor, "3 months", k, "");
                date(anchor, "6 months", k, "");
            }
        }
    }

    static void leapDays() {
        for (int year = 2024; year <= 2032; year += 4) {
            for (int k : new int[] {1, 2, 3, 4, 8, -1, -4}) {
                date(year + "-02-29", "1 year", k, "leap day");
            }
            for (int k : new int[] {1, 2, 4, 8, 16, 48, -1, -12}) {
                date(year + "-02-29", "3 months", k, "leap day");
            }
            date(year + "-02-28", "1 day", 1, "leap day");
            date(year + "-02-28", "2 days", 1, "");
            date(year + "-02-29", "365 days", 1, "");
            date(year - 1 + "-02-28", "1 year", 1, "not the leap day");
            date(year - 1 + "-12-31", "2 months", 1, "leap day");
        }
        for (String anchor : "1804-02-29 1904-02-29 2000-02-29 2104-02-29".split(" ")) {
            for (int k : new int[] {1, -1, 4}) {
                date(anchor, "100 years", k, "centuries");
            }
        }
    }

    static void otherDates() {
        String[] periods = "1 month 1 day,1 year 6 months,2 weeks,90 days,180 days,1 year 1 month 1 day".split(",");
        for (String anchor : "2023-12-31 2024-01-30 2024-02-29 2024-08-31".split(" ")) {
            for (String period : periods) {
                date(anchor, period, 1, "");
                date(anchor, period, 3, "");
                date(anchor, period, -2, "");
            }
        }
        for (String anchor : "1899-12-31 1900-02-28 2099-12-31 2100-02-28 9998-12-31".split(" ")) {
            for (String period : "1 day,60 days,2 months,1 year".split(",")) {
                date(anchor, period, 1, "far years");
                date(anchor, period, -1, "far years");
            }
        }
        for (String zone : "UTC Etc/GMT+3 Etc/GMT-14".split(" ")) {
            for (String anchor : "1900-01-31 2028-01-31 2099-12-31 9998-11-30".split(" ")) {
                day(anchor, "1 month", 1, zone, "far years");
                day(anchor, "1 year", 1, zone, "far years");
            }
        }
    }

    /** Days and local times before, in and after each jump of the clock of a year. */
    static void changes(ZoneId zone, int year) {
        Instant from = LocalDate.of(year, 1, 1).minusDays(1).atStartOfDay(zone).toInstant();
        ZoneOffsetTransition jump = zone.getRules().nextTransition(from);
        while (jump != null && jump.getDateTimeBefore().getYear() <= year) {
            LocalDateTime low = jump.isGap() ? jump.getDateTimeBefore() : jump.getDateTimeAfter();
            LocalDateTime high = jump.isGap() ? jump.getDateTimeAfter() : jump.getDateTimeBefore();
            LocalDateTime inside = low.plus(jump.getDuration().abs().dividedBy(2));
            String note = (jump.isGap() ? "gap " : "fold ") + low + " to " + high;
            instant(inside.minusDays(1).atZone(zone), "1 day", 1, "into the " + note);
            instant(inside.minusMonths(2).atZone(zone), "1 month", 2, "into the " + note);
            instant(inside.plusWeeks(1).atZone(zone), "1 week", -1, "back into the " + note);
            instant(inside.toLocalDate().minusDays(1).atTime(12, 0).atZone(zone), "1 day", 1, "over the " + note);
            instant(jump.getInstant().atZone(zone), "1 month", 1, "from the jump itself: " + note);
            if (jump.isOverlap()) {
                ZonedDateTime again = inside.atZone(zone).withLaterOffsetAtOverlap();
                instant(again, "1 day", 1, "from the second pass of the " + note);
            }
            String day = inside.toLocalDate().toString();
            day(inside.toLocalDate().minusDays(1).toString(), "1 day", 1, zone.getId(), note);
            day(day, "1 day", 1, zone.getId(), "after the " + note);
            day(day, "1 day", -1, zone.getId(), "before the " + note);
            day(inside.toLocalDate().minusMonths(1).toString(), "1 month", 1, zone.getId(), note);
            jump = zone.getRules().nextTransition(jump.getInstant());
        }
    }

    /** The same local time month after month. */
    static void cadences() {
        String[] starts = {
            "2023-01-31T02:30-05:00[America/New_York]", "2023-01-31T00:30+02:00[Africa/Cairo]",
            "2011-01-30T12:00-10:00[Pacific/Apia]", "2023-01-31T23:59+05:45[Asia/Kathmandu]",
        };
        for (String text : starts) {
            ZonedDateTime start = ZonedDateTime.parse(text);
            for (int k = 1; k <= 12; k++) {
                instant(start, "1 month", k, "month after month");
            }
        }
        ZonedDateTime leap = ZonedDateTime.parse("2024-02-29T23:30-03:30[America/St_Johns]");
        for (int k : new int[] {-1, -2, -4, -20}) {
            instant(leap, "1 year", k, "leap day");
        }
    }

    /** The last day of the k-th term of a contract: the day before k periods from its start. */
    static void terms() {
        String[] lengths = "1 month,3 months,6 months,1 year".split(",");
        for (String start : ("2024-02-29 2023-01-31 2023-03-31 2023-08-31 2024-12-31 2023-04-30 2023-01-30 2024-01-29 "
                + "2023-04-01 2023-03-01").split(" ")) {
            for (String length : lengths) {
                for (int k : new int[] {2, 3, 4, 5, 8}) {
                    LocalDate last = moved(LocalDate.parse(start), length, k).minusDays(1);
                    row("term", start, length, k, "", last.toString(), "the last day of the term");
                }
            }
        }
    }

    static void date(String anchor, String period, int k, String note) {
        row("date", anchor, period, k, "", moved(LocalDate.parse(anchor), period, k).toString(), note);
    }

    /** The first instant of a day, and the first after it. */
    static void day(String anchor, String period, int k, String zone, String note) {
        LocalDate day = moved(LocalDate.parse(anchor), period, k);
        Instant first = day.atStartOfDay(ZoneId.of(zone)).toInstant();
        Instant after = day.plusDays(1).atStartOfDay(ZoneId.of(zone)).toInstant();
        row("begins", anchor, period, k, zone, first.toString(), note);
        row("ends", anchor, period, k, zone, after.toString(), note);
    }

    /** ZonedDateTime.of takes a local time in a gap for later by the gap, in an overlap for the first of the two. */
    static void instant(ZonedDateTime anchor, String period, int k, String note) {
        LocalDate day = moved(anchor.toLocalDate(), period, k);
        Instant then = ZonedDateTime.of(day, anchor.toLocalTime(), anchor.getZone()).toInstant();
        row("instant", anchor.toOffsetDateTime() + "", period, k, anchor.getZone().getId(), then.toString(), note);
    }

    /** k periods in one go: first the months, then the days. */
    static LocalDate moved(LocalDate day, String period, int k) {
        Period length = Period.ZERO;
        String[] words = period.split(" ");
        for (int n = 0; n < words.length; n += 2) {
            String unit = words[n + 1].substring(0, 1).toUpperCase();
            length = length.plus(Period.parse("P" + words[n] + unit));
        }
        return day.plusMonths(k * length.toTotalMonths()).plusDays((long) k * length.getDays());
    }

    static void row(String what, String anchor, String period, int k, String zone, String expected, String note) {
        String question = String.join(",", what, anchor, period, String.valueOf(k), zone);
        String known = rows.putIfAbsent(question, expected + ",java," + note);
        if (known != null && !known.startsWith(expected + ",")) {
            throw new IllegalStateException(question + ": by hand " + known + ", java.time says " + expected);
        }
    }
}
