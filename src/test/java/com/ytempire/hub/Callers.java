package com.ytempire.hub;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.transaction.annotation.Transactional;

/**
 * Finds the methods that nobody calls: neither Java, nor a route, page or setting by their name, nor a framework that
 * knows them by an annotation or by what they override. Parts of records are left out, for most are read as JSON.
 */
final class Callers {

    private final JavaClasses classes;
    private final Set<String> words;

    /** @param text of all that calls methods by their name */
    Callers(JavaClasses classes, String text) {
        this.classes = classes;
        this.words = Pattern.compile("\\w+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    /** Of all classes that this is true for. */
    List<String> uncalled(Predicate<JavaClass> of) {
        return classes.stream()
                .filter(of)
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> !isOfJava(method) && !isFrameworks(method) && !isNamed(method) && !isCalled(method))
                .map(JavaMethod::getFullName)
                .sorted()
                .toList();
    }

    private static boolean isOfJava(JavaMethod method) {
        JavaClass owner = method.getOwner();
        return method.getModifiers().contains(JavaModifier.SYNTHETIC)
                || method.getModifiers().contains(JavaModifier.BRIDGE)
                || method.getName().startsWith("lambda$")
                || method.getName().equals("main")
                || owner.isEnum() && Set.of("values", "valueOf").contains(method.getName())
                || owner.isRecord() && owner.tryGetField(method.getName()).isPresent();
    }

    private static boolean isFrameworks(JavaMethod method) {
        return method.getAnnotations().stream()
                        .anyMatch(annotation -> !annotation.getRawType().isEquivalentTo(Transactional.class))
                || overrides(method);
    }

    private static boolean overrides(JavaMethod method) {
        JavaClass owner = method.getOwner();
        return Stream.concat(owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
                .flatMap(type -> Arrays.stream(type.reflect().getDeclaredMethods()))
                .anyMatch(above -> above.getName().equals(method.getName())
                        && above.getParameterCount()
                                == method.getRawParameterTypes().size());
    }

    /** A route or page names a method, or the property it gives: {@code getDelay} is {@code delay}. */
    private boolean isNamed(JavaMethod method) {
        String name = method.getName();
        return words.contains(name)
                || name.matches("(get|is)[A-Z].*")
                        && words.stream()
                                .anyMatch(word ->
                                        name.replaceFirst("^(get|is)", "").equalsIgnoreCase(word));
    }

    private boolean isCalled(JavaMethod method) {
        return method.getAccessesToSelf().stream()
                        .anyMatch(access -> !access.getOrigin().equals(method)
                                && classes.contain(access.getOriginOwner().getName()))
                || method.getReferencesToSelf().stream()
                        .anyMatch(reference ->
                                classes.contain(reference.getOriginOwner().getName()))
                || method.getOwner().getAllSubclasses().stream()
                        .flatMap(below -> below.getMethodCallsToSelf().stream())
                        .anyMatch(call -> call.getName().equals(method.getName())
                                && classes.contain(call.getOriginOwner().getName()));
    }
}
