package aifactory.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.ClientShares;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.protocol.BatchMessage.ClientCompletion;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BatchFormatTest {
    private static final long SEED = 20_261_129;
    private static final String EVERY_MEMBER =
            "af464201027232011a880ed00fac0202030405060708090a0b010774696d656f75740400000000000000000000000019"
                    + "1a0107747466745f6d730201023fe000000000000036373a3b3e40424446484a4c2728292e5d022c2d01076532656c5f"
                    + "6d73022a2b010770726f626c656d013004483130303ff000000000000040000000000000004010000000000000014020"
                    + "000000000000010e01020103040101c8010a0102010c01040106010801010c0d020e1e01f7030108687474705f353033"
                    + "01046275737901100111010a01010473746f700112011303011415040116012e0130";
    /** All that a service of the version before takes, by where it is; it refuses a batch with anything else. */
    private static final Map<String, List<String>> EARLIER = Map.of(
            "",
            List.of("run_id", "sequence", "last", "interval", "records", "completion", "gpus"),
            "completion",
            List.of(
                    "actual_start_offset_nanos",
                    "stopped",
                    "error",
                    "window_start_nanos",
                    "window_end_nanos",
                    "event_loops"),
            "interval",
            List.of(
                    "start_nanos",
                    "end_nanos",
                    "all",
                    "measured",
                    "in_flight",
                    "all_streamed_chunks",
                    "histograms",
                    "health"),
            "interval.all",
            List.of(
                    "scheduled",
                    "sent",
                    "completed",
                    "failed",
                    "cancelled",
                    "good",
                    "input_tokens",
                    "output_tokens",
                    "chunks",
                    "errors"),
            "interval.histograms",
            List.of(
                    "ttft_ms",
                    "ttfo_ms",
                    "tpot_ms",
                    "itl_ms",
                    "e2el_ms",
                    "ttft_from_schedule_ms",
                    "e2el_from_schedule_ms",
                    "schedule_delay_ms",
                    "cap_delay_ms",
                    "connect_ms",
                    "upload_ms",
                    "event_loop_lag_ms"),
            "interval.health",
            List.of(
                    "cpu_share",
                    "event_loop_lag_nanos",
                    "garbage_collection_pause_nanos",
                    "longest_pause_nanos",
                    "clock_offset_nanos",
                    "clock_uncertainty_nanos",
                    "send_queue_depth",
                    "starved_requests",
                    "open_files",
                    "open_files_limit",
                    "local_ports",
                    "local_ports_limit",
                    "resident_bytes"),
            "records",
            List.of(
                    "index",
                    "client",
                    "target",
                    "session",
                    "turn",
                    "phase",
                    "outcome",
                    "scheduled_nanos",
                    "due_delayed_by_cap_nanos",
                    "started_nanos",
                    "connect_nanos",
                    "sent_nanos",
                    "first_chunk_nanos",
                    "first_output_nanos",
                    "done_nanos",
                    "input_tokens",
                    "output_tokens",
                    "token_source",
                    "chunks",
                    "maximum_gap_nanos",
                    "http_status",
                    "error",
                    "error_detail"),
            "gpus",
            List.of("problem", "gpus"));

    private static JsonNode json(@Nullable BatchMessage batch) {
        return JsonFormat.mapper().valueToTree(batch);
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        Random random = new Random(SEED);
        for (int i = 0; i < 60; i++) {
            BatchMessage batch = batch(random);
            byte[] bytes = BatchFormat.encode(batch);
            assertThat(json(BatchFormat.decode(bytes)))
                    .as("seed %d, batch %d", SEED, i)
                    .isEqualTo(json(batch));
        }
    }

    /** Members of the records that are added later must not be forgotten here: the test finds them by reflection. */
    @Test
    void noMemberIsLeftOut() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20; i++) {
            BatchMessage batch = (BatchMessage) filled(BatchMessage.class, random);
            JsonNode json = json(batch);
            assertThat(unset("", json)).as("members without a value").isEmpty();
            assertThat(json(BatchFormat.decode(BatchFormat.encode(batch))))
                    .as("seed %d, batch %d", SEED, i)
                    .isEqualTo(json);
        }
    }

    /** A value of the type in which nothing is null, zero, empty or false. */
    private static Object filled(Type type, Random random) {
        if (type == long.class || type == Long.class) {
            return 1L + random.nextInt(1_000_000);
        } else if (type == int.class || type == Integer.class) {
            return 1 + random.nextInt(1_000_000);
        } else if (type == double.class || type == Double.class) {
            return 0.5 + random.nextDouble();
        } else if (type == boolean.class) {
            return true;
        } else if (type == String.class) {
            return "text-" + random.nextInt(1_000_000);
        } else if (type == byte[].class) {
            return new byte[] {(byte) random.nextInt(), 1};
        } else if (type == int[].class) {
            return new int[] {random.nextInt(1_000), 1};
        } else if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (generic.getRawType() == Map.class) {
                Map<Object, Object> map = new LinkedHashMap<>();
                map.put(filled(of[0], random), filled(of[1], random));
                map.put(filled(of[0], random), filled(of[1], random));
                return map;
            }
            return generic.getRawType() == List.class
                    ? List.of(filled(of[0], random), filled(of[0], random))
                    : Set.of(filled(of[0], random));
        } else if (type == Boolean.class) {
            return true;
        } else if (type instanceof Class<?> plain && plain.isEnum()) {
            return any(random, plain.getEnumConstants());
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            RecordComponent[] components = plain.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Object[] values = Arrays.stream(components)
                    .map(component -> filled(component.getGenericType(), random))
                    .toArray();
            try {
                return plain.getDeclaredConstructor(types).newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(plain.getName(), e);
            }
        }
        throw new IllegalStateException("the test makes no values of " + type);
    }

    private static List<String> unset(String path, JsonNode node) {
        List<String> unset = new ArrayList<>();
        if (node.isNull() || (node.isContainer() && node.isEmpty()) || (node.isNumber() && node.asDouble() == 0)) {
            unset.add(path);
        }
        node.properties().forEach(member -> unset.addAll(unset(path + "." + member.getKey(), member.getValue())));
        if (node.isArray()) {
            node.forEach(member -> unset.addAll(unset(path + "[]", member)));
        }
        return unset;
    }

    /** Version 1 never changes: these bytes were written by the first program that had it. */
    @Test
    void everyMemberOfVersionOneStaysWhereItIs() {
        RequestCounts counts = new RequestCounts(300, 2, 3, 4, 5, 6, 7, 8, 9, Map.of("timeout", 4L), 10, 11);
        RequestRecord record = new RequestRecord(
                7,
                1,
                2,
                3L,
                4,
                RunPhase.MEASURED,
                RequestOutcome.FAILED,
                1_000,
                5,
                1_001L,
                6L,
                1_002L,
                1_003L,
                1_004L,
                999L,
                12,
                13,
                TokenSource.TOKENIZER,
                14,
                15,
                503,
                "http_503",
                "busy",
                16,
                17,
                1_005L,
                new ResponseDetails("stop", 18, 19, TokenSource.CHUNKS, 20, 21, Set.of(ResponseRemark.COMPRESSED), 22),
                23L,
                24L);
        BatchMessage batch = new BatchMessage(
                "r2",
                1,
                false,
                new IntervalMessage(
                        900,
                        1_900,
                        counts,
                        RequestCounts.NONE,
                        25,
                        26,
                        Map.of("ttft_ms", new byte[] {1, 2}),
                        new ClientHealthSample(0.5, 27, -28, 29, -30, 31, 32, 33, 34, 35, 36, 37, 38),
                        new ShareMessage(
                                39, 40, 41, Map.of("e2el_ms", new int[] {42, 43}), new int[] {44, 45}, 46, -47)),
                List.of(record),
                null,
                new GpuMessage("problem", List.of(new GpuMessage.Gpu(48, "H100", 1, 2, 4, 8.0))));
        String bytes = HexFormat.of().formatHex(BatchFormat.encode(batch));
        assertThat(bytes).isEqualTo(EVERY_MEMBER);
        assertThat(json(BatchFormat.decode(HexFormat.of().parseHex(EVERY_MEMBER))))
                .isEqualTo(json(batch));
    }

    /** Version 1 never changes: this batch was written by the first program that had it. */
    @Test
    void theBytesOfVersionOneStay() {
        BatchMessage last = new BatchMessage(
                "r1", 3, true, null, List.of(), new ClientCompletion(-5, true, "broke off", 1, 300, 2, 7L), null);
        assertThat(HexFormat.of().formatHex(BatchFormat.encode(last)))
                .isEqualTo("af46420102723103050901" + "02d80402" + "01" + "0962726f6b65206f6666" + "0107" + "00");
        for (RunPhase phase : RunPhase.values()) {
            for (RequestOutcome outcome : RequestOutcome.values()) {
                BatchMessage batch = new BatchMessage("r", 0, false, null, List.of(record(phase, outcome)), null);
                assertThat(json(BatchFormat.decode(BatchFormat.encode(batch)))).isEqualTo(json(batch));
            }
        }
    }

    @Test
    void damagedBytesAreRefusedInWords() {
        Random random = new Random(SEED);
        List<byte[]> whole = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            whole.add(BatchFormat.encode(batch(random)));
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.get(i % whole.size()).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(5) == 0) {
                bytes = Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length));
            }
            try {
                BatchFormat.decode(bytes);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d, batch %d", SEED, i).isNotBlank();
            }
        }
    }

    @Test
    void otherVersionsCutOffBytesAndBytesTooManyAreRefused() {
        byte[] bytes = BatchFormat.encode(batch(new Random(SEED)));
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> BatchFormat.decode(part)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> BatchFormat.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessageContaining("1 bytes too many");
        bytes[3] = 2;
        assertThatThrownBy(() -> BatchFormat.decode(bytes)).hasMessageContaining("version 1");
    }

    @Test
    void theVersionBeforeIsToldOnlyWhatItKnows() {
        Random random = new Random(SEED);
        for (int i = 0; i < 40; i++) {
            BatchMessage batch = batch(random);
            JsonNode earlier = EarlierBatch.of(batch);
            onlyKnown("", "", earlier);
            assertThat(earlier.path("records")).hasSize(batch.records().size());
            // The present version reads it too, and finds the same samples.
            BatchMessage read = JsonFormat.mapper().treeToValue(earlier, BatchMessage.class);
            if (read.interval() != null && batch.interval() != null) {
                read.interval().histograms().forEach((name, encoded) -> {
                    // HdrHistogram's form, which begins with a number of eight bytes that is not negative.
                    assertThat(encoded[0]).isNotNegative();
                    assertThat(LatencyHistogram.decode(encoded).encodeBuckets())
                            .isEqualTo(batch.interval().histograms().get(name));
                });
            }
        }
    }

    private static void onlyKnown(String place, String path, JsonNode node) {
        if (place.equals("records") && node.isArray()) {
            node.forEach(record -> onlyKnown(place, path, record));
            return;
        }
        List<String> known = EARLIER.get(place.equals("interval.measured") ? "interval.all" : place);
        if (known == null || !node.isObject()) {
            return;
        }
        assertThat(known).as("members of %s", path).containsAll(new TreeSet<>(node.propertyNames()));
        node.properties()
                .forEach(member -> onlyKnown(
                        place.isEmpty() ? member.getKey() : place + "." + member.getKey(),
                        path + "." + member.getKey(),
                        member.getValue()));
    }

    private static BatchMessage batch(Random random) {
        boolean last = random.nextInt(4) == 0;
        List<RequestRecord> records = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            records.add(record(random));
        }
        return new BatchMessage(
                "run-" + random.nextInt(1_000),
                random.nextInt(Integer.MAX_VALUE),
                last,
                random.nextInt(4) == 0 ? null : interval(random),
                records,
                last
                        ? new ClientCompletion(
                                random.nextLong(),
                                random.nextBoolean(),
                                random.nextBoolean() ? null : "späť 中",
                                random.nextLong(),
                                random.nextLong(),
                                3,
                                random.nextBoolean() ? null : random.nextLong(1_000))
                        : null,
                random.nextBoolean()
                        ? null
                        : new GpuMessage(
                                random.nextBoolean() ? null : "none",
                                List.of(new GpuMessage.Gpu(
                                        1, "H100", 0.5, 1e4, 8e4, random.nextBoolean() ? null : 300.0))));
    }

    private static IntervalMessage interval(Random random) {
        Map<String, byte[]> histograms = new LinkedHashMap<>();
        ClientShares shares = new ClientShares();
        for (Metric metric : Metric.values()) {
            if (random.nextBoolean()) {
                LatencyHistogram histogram = new LatencyHistogram();
                for (int i = random.nextInt(40); i >= 0; i--) {
                    histogram.record(random.nextLong(1L << (2 + random.nextInt(40))) % LatencyHistogram.HIGHEST_NANOS);
                }
                histograms.put(metric.jsonName(), histogram.encodeBuckets());
                if (ClientShares.METRICS.contains(metric)) {
                    shares.record(metric, random.nextLong(1_000_000_000), 2);
                }
            }
        }
        long start = random.nextLong(1L << 50);
        return new IntervalMessage(
                start,
                start + random.nextLong(1L << 40),
                counts(random),
                counts(random),
                random.nextInt(1_000),
                random.nextLong(1_000_000),
                histograms,
                new ClientHealthSample(
                        random.nextDouble(), -1, 2, 3, -random.nextLong(1L << 40), 5, 6, 7, 8, 9, -1, 11, 1L << 30),
                random.nextBoolean() ? null : ShareMessage.of(shares));
    }

    private static RequestCounts counts(Random random) {
        return new RequestCounts(
                random.nextLong(1_000),
                2,
                3,
                random.nextLong(Long.MAX_VALUE),
                5,
                6,
                7,
                8,
                9,
                random.nextBoolean() ? Map.of() : Map.of("connection_refused", 3L, "http_503", 1L),
                10,
                random.nextLong(1L << 60));
    }

    private static RequestRecord record(RunPhase phase, RequestOutcome outcome) {
        return new RequestRecord(
                1, 0, 0, null, 0, phase, outcome, 5, 0, null, null, null, null, null, null, 1, 1, null, 0, 0, null,
                null, null);
    }

    private static <E> E any(Random random, E[] all) {
        return all[random.nextInt(all.length)];
    }

    private static @Nullable Long maybe(Random random, long number) {
        return random.nextBoolean() ? null : number;
    }

    private static RequestRecord record(Random random) {
        ResponseDetails response = new ResponseDetails(
                random.nextBoolean() ? null : "length",
                random.nextBoolean() ? null : random.nextInt(1_000),
                random.nextBoolean() ? null : 5,
                random.nextBoolean() ? null : TokenSource.CHUNKS,
                random.nextBoolean() ? null : 2,
                random.nextInt(100),
                random.nextBoolean() ? Set.of() : Set.of(ResponseRemark.USAGE_MISMATCH, ResponseRemark.COMPRESSED),
                random.nextBoolean() ? null : random.nextInt(600),
                random.nextBoolean() ? null : "10.1.2.3:8000",
                random.nextBoolean() ? null : Boolean.valueOf(random.nextBoolean()));
        return new RequestRecord(
                random.nextLong(Long.MAX_VALUE),
                random.nextInt(1_000),
                random.nextInt(3),
                maybe(random, random.nextLong(100)),
                random.nextInt(4),
                any(random, RunPhase.values()),
                any(random, RequestOutcome.values()),
                random.nextLong(),
                random.nextLong(100),
                maybe(random, random.nextLong()),
                maybe(random, random.nextLong()),
                maybe(random, random.nextLong()),
                maybe(random, random.nextLong()),
                maybe(random, random.nextLong()),
                maybe(random, random.nextLong()),
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(1_000),
                random.nextBoolean() ? null : any(random, TokenSource.values()),
                random.nextInt(1_000),
                random.nextLong(1L << 40),
                random.nextBoolean() ? null : 200,
                random.nextBoolean() ? null : "timeout",
                random.nextBoolean() ? null : "no answer within 5 s – \"…\"",
                random.nextBoolean() ? null : 128,
                random.nextBoolean() ? null : 3,
                maybe(random, random.nextLong()),
                random.nextBoolean() ? null : response,
                maybe(random, 1_000),
                maybe(random, 2_000));
    }
}
