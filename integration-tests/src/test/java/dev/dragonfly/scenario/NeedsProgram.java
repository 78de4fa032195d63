package dev.dragonfly.scenario;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The test needs programs that a developer's machine may lack. Where one is missing the test is
 * left out and the report says why; with {@code CI=true} it runs, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsProgram.Installed.class)
@interface NeedsProgram {
  /** Names of programs, looked for on the PATH and in the sbin folders. */
  String[] value();

  /** Looks for the programs. */
  final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class)
          .map(needs -> decide(needs.value()))
          .orElseGet(() -> ConditionEvaluationResult.enabled("needs no program"));
    }

    private static ConditionEvaluationResult decide(String[] programs) {
      for (String program : programs) {
        if (Programs.find(program).isEmpty() && !"true".equals(System.getenv("CI"))) {
          String reason = program + " is not installed; .ci/run installs it";
          System.err.println("left out: " + reason);
          return ConditionEvaluationResult.disabled(reason);
        }
      }
      return ConditionEvaluationResult.enabled("all programs are there");
    }
  }
}
