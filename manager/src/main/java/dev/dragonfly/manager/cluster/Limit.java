package dev.dragonfly.manager.cluster;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** A number in a range, or 0 for what is not said. */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Limit.Check.class)
@interface Limit {
  int min();

  int max();

  String message() default "must be 0 or from {min} to {max}";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Compares. */
  final class Check implements ConstraintValidator<Limit, Integer> {
    private int min;
    private int max;

    @Override
    public void initialize(Limit limit) {
      min = limit.min();
      max = limit.max();
    }

    @Override
    public boolean isValid(@Nullable Integer value, ConstraintValidatorContext context) {
      return value == null || value == 0 || (value >= min && value <= max);
    }
  }
}
