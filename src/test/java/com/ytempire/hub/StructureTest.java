package com.ytempire.hub;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Areas reach each other only as the house plan's table allows and without circles, and Java keeps what holds
 * everywhere: the injected clock, decimal money, constructors. That another area's package-private types are out of
 * reach is the compiler's work.
 */
class StructureTest {

    private static final String HUB = "com.ytempire.hub";

    /** Read once, for what both use is the most of it. */
    private static final JavaClasses ALL = new ClassFileImporter().importPackages(HUB);

    private static final JavaClasses MAIN = ALL.that(lieWhere(new ImportOption.DoNotIncludeTests()));
    private static final JavaClasses TESTS = ALL.that(lieWhere(new ImportOption.OnlyIncludeTests()));
    private static final Pattern MONEY =
            Pattern.compile("(?i).*(amount|price|cost|credit|revenue|balance|refund|total|mrr|fee|cents|usd).*");
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "(?m)^( {4})?public (?:(?:static|final|abstract|sealed|non-sealed) )*(?:class|record|interface|enum|@interface)"
                    + " (\\w+)");

    private static DescribedPredicate<JavaClass> lieWhere(ImportOption option) {
        return describe(
                "lie where " + option.getClass().getSimpleName() + " looks",
                type -> option.includes(
                        Location.of(type.getSource().orElseThrow().getUri())));
    }

    static List<String> areas() {
        return AreaTable.areas();
    }

    @ParameterizedTest
    @MethodSource("areas")
    void anAreaUsesOnlyTheAreasOfTheTable(String area) {
        DescribedPredicate<JavaClass> outOfReach = describe(
                "reside in an area that " + area + " may not use",
                type -> AreaTable.isArea(top(type)) && !AreaTable.mayUse(area, top(type)));

        holds(noClasses()
                .that()
                .resideInAPackage(HUB + "." + area + "..")
                .should()
                .dependOnClassesThat(outOfReach));
    }

    @Test
    void platformUsesNoArea() {
        DescribedPredicate<JavaClass> areaOrComponent = describe(
                "are of an area or a component",
                type -> AreaTable.isArea(top(type)) || top(type).equals("camel"));

        holds(noClasses().that().resideInAPackage(HUB + ".platform..").should().dependOnClassesThat(areaOrComponent));
    }

    @Test
    void camelComponentsUseNoArea() {
        DescribedPredicate<JavaClass> area = describe("are of an area", type -> AreaTable.isArea(top(type)));

        holds(noClasses().that().resideInAPackage(HUB + ".camel..").should().dependOnClassesThat(area));
    }

    @Test
    void everyPackageIsAnAreaOrPlatformOrCamel() {
        Set<String> known = Set.of("", "platform", "camel");

        assertThat(MAIN)
                .allSatisfy(type -> assertThat(AreaTable.isArea(top(type)) || known.contains(top(type)))
                        .as("%s lies in a package the house plan does not know", type.getName())
                        .isTrue());
    }

    @Test
    void thereAreNoCircles() {
        holds(slices().matching(HUB + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void timeComesFromTheClock() {
        DescribedPredicate<JavaMethodCall> readsTheSystemClock = describe(
                "reads the system's clock, not the injected one",
                call -> isTime(call.getTargetOwner().getName(), call.getName())
                        && call.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(Clock.class)));

        holds(noClasses()
                .that()
                .resideOutsideOfPackage(HUB + ".platform..")
                .should(callMethodWhere(readsTheSystemClock)));
        holds(noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(Date|Calendar|GregorianCalendar)"));
    }

    private static boolean isTime(String owner, String method) {
        return owner.startsWith("java.time.") && (method.equals("now") || method.startsWith("system"))
                || owner.equals("java.lang.System") && method.equals("currentTimeMillis");
    }

    @Test
    void moneyIsNoBinaryFraction() {
        DescribedPredicate<JavaClass> binaryFraction = describe(
                "a binary fraction",
                type -> Set.of("double", "float", "java.lang.Double", "java.lang.Float")
                        .contains(type.getName()));

        holds(noFields().that().haveNameMatching(MONEY.pattern()).should().haveRawType(binaryFraction));
        holds(noMethods().that().haveNameMatching(MONEY.pattern()).should().haveRawReturnType(binaryFraction));
    }

    @Test
    void beansGetWhatTheyNeedByTheirConstructor() {
        for (String annotation : List.of(
                "org.springframework.beans.factory.annotation.Autowired",
                "org.springframework.beans.factory.annotation.Value",
                "jakarta.inject.Inject",
                "jakarta.annotation.Resource")) {
            holds(noFields().should().beAnnotatedWith(annotation));
        }
    }

    @Test
    void beansTakeDomainTypesAndNoExchange() {
        ArchCondition<JavaClass> keepExchangesOut = new ArchCondition<>("take no Exchange") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean isPartOfCamel = type.getAllRawInterfaces().stream()
                        .anyMatch(parent -> parent.getPackageName().startsWith("org.apache.camel"));
                type.getMethods().stream()
                        .filter(method ->
                                !isPartOfCamel && !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(method -> method.getRawParameterTypes().stream()
                                .anyMatch(parameter -> parameter.getName().equals("org.apache.camel.Exchange")))
                        .forEach(method -> events.add(SimpleConditionEvent.violated(
                                method,
                                method.getFullName() + " takes an Exchange; a bean takes and returns domain types")));
            }
        };
        DescribedPredicate<JavaClass> ofAnArea = describe("are of an area", type -> AreaTable.isArea(top(type)));

        holds(classes().that(ofAnArea).should(keepExchangesOut));
    }

    @Test
    void nobodySleeps() {
        DescribedPredicate<JavaMethodCall> sleeps = describe(
                "sleeps",
                call -> call.getName().equals("sleep") && call.getTargetOwner().isEquivalentTo(Thread.class));
        DescribedPredicate<JavaMethodCall> sleepsByUnit = describe(
                "sleeps",
                call -> call.getName().equals("sleep") && call.getTargetOwner().isEquivalentTo(TimeUnit.class));

        holds(noClasses().should(callMethodWhere(sleeps)));
        DescribedPredicate<JavaClass> simulatesSlowVendors = describe(
                "are the sandbox, whose vendors may be told to be slow",
                type -> top(type).equals("sandbox") && !type.getSimpleName().endsWith("Test"));
        noClasses()
                .that(DescribedPredicate.not(simulatesSlowVendors))
                .should(callMethodWhere(sleeps.or(sleepsByUnit)))
                .check(TESTS);
    }

    /** What only tests call belongs to them; the properties of the components are set by Camel. */
    @Test
    void noMethodIsForTestsAlone() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path folder : List.of(Path.of("routes"), Path.of("src/main/resources"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(each -> each.toString().matches(".*\\.(ya?ml|html|sql|mustache)"))
                        .toList()) {
                    text.append(Files.readString(file)).append('\n');
                }
            }
        }
        assertThat(new Callers(MAIN, text.toString())
                        .uncalled(type -> !top(type).equals("camel")))
                .isEmpty();
    }

    @Test
    void noTestIsSwitchedOff() {
        noClasses().should().beAnnotatedWith(Disabled.class).check(TESTS);
        methods().should().notBeAnnotatedWith(Disabled.class).check(TESTS);
    }

    @Test
    void publicTypesSayWhatTheyPromise() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            Matcher type = PUBLIC_TYPE.matcher(source);
            while (type.find()) {
                if (!isDocumented(source.substring(0, type.start()))) {
                    silent.add(file + ": " + type.group(2) + " has no Javadoc; say what it promises");
                }
            }
        }
        assertThat(silent).isEmpty();
    }

    /** @return whether the last thing before a declaration, its annotations apart, is a Javadoc comment */
    private static boolean isDocumented(String before) {
        int end = before.lastIndexOf("*/");
        if (end < 0 || !before.substring(before.lastIndexOf("/*", end)).startsWith("/**")) {
            return false;
        }
        String between = before.substring(end + 2);
        return !between.contains(";")
                && !Pattern.compile("(?m)^\\s*}").matcher(between).find();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theTestItselfSeesABrokenRule() {
        JavaClasses sample = new ClassFileImporter().importClasses(Sample.class);

        assertThatThrownBy(() -> noFields()
                        .that()
                        .haveNameMatching(MONEY.pattern())
                        .should()
                        .haveRawType(double.class)
                        .check(sample))
                .hasMessageContaining("totalCost");
        assertThat(isDocumented("/** Says it. */\n@Component\n")).isTrue();
        assertThat(isDocumented("/* Not Javadoc. */\n")).isFalse();
        assertThat(isDocumented("/** Of a field. */\n  int x;\n")).isFalse();
    }

    private record Sample(double totalCost) {}

    /** An area that does not exist yet breaks nothing. */
    private static void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }

    /** The package below the hub's: {@code webhooks} for {@code com.ytempire.hub.webhooks.Hmac}. */
    private static String top(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(HUB + ".")) {
            return "";
        }
        return name.substring(HUB.length() + 1).replaceFirst("\\..*", "");
    }
}
