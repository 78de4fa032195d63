/** The command line tool of operators: REST calls to a manager. Stands alone; no Spring in it. */
@NullMarked
package dev.dragonfly.manager.cli;

import org.jspecify.annotations.NullMarked;
