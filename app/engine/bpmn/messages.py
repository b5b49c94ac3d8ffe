"""The sentences of findings: code -> (Russian, English)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # the document
    "xml_broken": ("это не XML: {reason}", "this is not XML: {reason}"),
    "xml_doctype": ("DTD и сущности в XML не допускаются", "a DTD or entities are not allowed in the XML"),
    "xml_encoding": (
        "файл не в кодировке UTF-8: сохраните его в UTF-8",
        "the file is not in UTF-8: save it in UTF-8",
    ),
    "xml_too_large": ("файл больше {limit} МБ", "the file is larger than {limit} MB"),
    "xml_too_deep": ("вложенность XML больше {limit}", "the XML is nested deeper than {limit}"),
    "xml_too_many": ("в XML больше {limit} элементов", "the XML has more than {limit} elements"),
    "timed_out": (
        "файл разбирается дольше {seconds} с: упростите его или разделите на несколько",
        "reading takes longer than {seconds} s: make the file simpler, or several of it",
    ),
    "too_much_memory": (
        "для разбора файла нужно слишком много памяти: упростите его или разделите на несколько",
        "reading needs too much memory: make the file simpler, or several of it",
    ),
    "reader_died": (
        "разбор прервался ({reason}): попробуйте ещё раз, а если не поможет — упростите файл",
        "reading broke off ({reason}): try again, and if that does not help make the file simpler",
    ),
    "reader_busy": (
        "сейчас проверяется много файлов: попробуйте ещё раз через минуту",
        "many files are being checked: try again in a minute",
    ),
    "not_bpmn": ("это не BPMN 2.0", "this is not BPMN 2.0"),
    "no_process": (
        "нет ни одного исполняемого процесса: включите у процесса свойство «Исполняемый»",
        "there is no executable process: switch on “Executable” of the process",
    ),
    "duplicate_id": ("идентификатор встречается дважды", "the id occurs twice"),
    "missing_id": ("у элемента {tag} нет идентификатора", "the element {tag} has no id"),
    "unreadable": ("не удалось прочитать: {reason}", "could not be read: {reason}"),
    # what is not supported
    "unsupported_element": (
        "элемент {tag} не поддерживается",
        "the element {tag} is not supported",
    ),
    "unsupported_extension": (
        "расширение {tag} здесь не поддерживается",
        "the extension {tag} is not supported here",
    ),
    "unsupported_attribute": (
        "атрибут {attribute} у {tag} не поддерживается",
        "the attribute {attribute} of {tag} is not supported",
    ),
    "unsupported_event": ("событие вида {kind} здесь не поддерживается", "a {kind} event is not supported here"),
    "several_events": (
        "несколько определений события у одного события не поддерживаются",
        "several event definitions on one event are not supported",
    ),
    "listener": (
        "слушатели ({tag}) не поддерживаются: нарисуйте задачу там, где слушатель срабатывал",
        "listeners ({tag}) are not supported: draw a task",
    ),
    "standard_loop": (
        "стандартный цикл не поддерживается: нарисуйте возврат потоком или повторение по списку",
        "standard loops are not supported: draw the loop or use multi-instance",
    ),
    "camunda7": (
        "{attribute} — запись Camunda 7, здесь она не действует",
        "{attribute} belongs to Camunda 7: this is the dialect of Camunda 8 (zeebe)",
    ),
    "foreign_script": (
        "скрипты пишутся на FEEL: запишите выражение FEEL вместо {language}",
        "scripts are FEEL: use zeebe:script with a FEEL expression instead of {language}",
    ),
    "foreign_expression": (
        "выражение {expression} не на FEEL: напишите, например, =score >= 95",
        "the expression {expression} is not FEEL: write, for example, =score >= 95",
    ),
    # expressions and values
    "bad_expression": ("ошибка в выражении: {reason}", "an expression is wrong: {reason}"),
    "unreadable_expression": (
        "выражение «{expression}» не читается: ошибка у {position}-го знака{near}",
        "the expression “{expression}” cannot be read: something is wrong at character {position}{near}",
    ),
    "bad_timer": ("неверное время: {reason}", "the timer is wrong: {reason}"),
    "missing": ("не задано: {what}; заполните это поле", "{what} is missing: fill it in"),
    "bad_target": ("неверное имя переменной {target}", "{target} is not a variable name"),
    "bad_value": ("неверное значение {what}: {value}", "{what} has a wrong value: {value}"),
    "bad_binding": (
        "привязка {binding} не поддерживается (latest, deployment или versionTag)",
        "the binding {binding} is not supported (latest, deployment or versionTag)",
    ),
    "version_tag_missing": (
        "при привязке versionTag нужен тег версии",
        "the binding versionTag needs a version tag",
    ),
    "form_twice": (
        "форма задана дважды: formId и formKey",
        "the form is given twice: formId and formKey",
    ),
    "output_pair": (
        "outputCollection и outputElement задаются только вместе",
        "outputCollection and outputElement belong together",
    ),
    # flows
    "flow_end_missing": ("поток {flow} никуда не ведёт", "the flow {flow} leads nowhere"),
    "flow_crosses": (
        "поток {flow} пересекает границу подпроцесса",
        "the flow {flow} crosses the border of a sub-process",
    ),
    "condition_not_allowed": (
        "условие на потоке {flow}, который выходит не из XOR- или OR-шлюза",
        "a condition on the flow {flow}, which does not leave an exclusive or inclusive gateway",
    ),
    "condition_missing": (
        "у потока {flow} нет условия, и он не поток по умолчанию",
        "the flow {flow} has no condition and is not the default",
    ),
    "default_condition": (
        "у потока по умолчанию {flow} не должно быть условия",
        "the default flow {flow} must not have a condition",
    ),
    "default_unknown": ("поток по умолчанию {flow} не выходит отсюда", "the default flow {flow} does not leave here"),
    "incoming_not_allowed": ("сюда не должен вести поток", "no flow may lead here"),
    "outgoing_not_allowed": ("отсюда не должен выходить поток", "no flow may leave here"),
    "outgoing_missing": ("отсюда не выходит ни одного потока", "no flow leaves here"),
    "event_gateway_flows": (
        "за шлюзом событий нужны не меньше двух событий",
        "an event-based gateway needs at least two events behind it",
    ),
    "event_gateway_target": (
        "за шлюзом событий может стоять только событие или задача ожидания сообщения, не {target}",
        "behind an event-based gateway only a catch event or receive task may stand, not {target}",
    ),
    "event_gateway_incoming": (
        "в событие {target} за шлюзом событий ведёт ещё один поток",
        "another flow leads to {target} behind an event-based gateway",
    ),
    # scopes and events
    "empty_scope": ("процесс пуст", "the process is empty"),
    "several_starts": ("несколько простых стартовых событий", "several plain start events"),
    "event_start_in_subprocess": (
        "в обычном подпроцессе стартовое событие должно быть простым",
        "the start event of a plain sub-process must be a plain one",
    ),
    "event_subprocess_start": (
        "подпроцессу-событию нужно ровно одно стартовое событие с определением события",
        "an event sub-process needs exactly one start event with an event definition",
    ),
    "event_subprocess_flow": (
        "подпроцесс-событие не соединяют потоками",
        "an event sub-process is not connected by flows",
    ),
    "duplicate_start": (
        "два стартовых события ждут одно и то же: {name}",
        "two start events wait for the same: {name}",
    ),
    "duplicate_boundary": (
        "два граничных события ловят одно и то же: {name}",
        "two boundary events catch the same: {name}",
    ),
    "boundary_without_event": ("граничное событие без определения события", "a boundary event without an event"),
    "boundary_host": ("граничное событие ни к чему не прикреплено", "the boundary event is attached to nothing"),
    "catch_without_event": ("ждущее событие без определения события", "a catch event without an event"),
    "cycle_not_allowed": (
        "timeCycle допустим только у стартовых и непрерывающих событий",
        "timeCycle is allowed only on start events and non-interrupting events",
    ),
    "duration_not_allowed": (
        "старт процесса по таймеру: нужен timeDate или timeCycle",
        "a timer start of a process needs timeDate or timeCycle",
    ),
    "start_timer_variables": (
        "стартовый таймер не видит переменных: {names}",
        "a start timer sees no variables: {names}",
    ),
    "reference_unknown": ("{what} не найдено: {reference}", "{what} is not found: {reference}"),
    "code_expression": (
        "код ловящего события не может быть выражением",
        "the code of a catching event cannot be an expression",
    ),
    "correlation_missing": (
        "у сообщения {name} нет ключа корреляции (zeebe:subscription)",
        "the message {name} has no correlation key (zeebe:subscription)",
    ),
    "link_targets": ("у ссылки {name} целей: {count}", "the link {name} has {count} targets"),
    "compensation_handler": (
        "событию компенсации нужна связь (association) с обработчиком",
        "a compensation event needs an association to a handler",
    ),
    "handler_flow": (
        "обработчик компенсации не соединяют потоками",
        "a compensation handler is not connected by flows",
    ),
    "handler_alone": (
        "обработчик компенсации ни с чем не связан",
        "the compensation handler is not associated with anything",
    ),
    # warnings
    "no_assignment": (
        "не сказано, кому назначена задача: роль возьмётся из дорожки",
        "nobody is assigned: the role is read from the lane",
    ),
    "everything_propagated": (
        "вызываемому процессу передаются все переменные: задайте отображения",
        "the called process is given all variables: set mappings instead",
    ),
    "foreign_extension": ("чужое расширение {tag} не действует", "the foreign extension {tag} has no effect"),
    # DMN
    "not_dmn": ("это не DMN 1.3", "this is not DMN 1.3"),
    "no_decision": ("нет ни одного решения", "there is no decision"),
    "decision_logic": ("логика решения {tag} не поддерживается", "the decision logic {tag} is not supported"),
    "hit_policy": ("неизвестная политика {policy}", "the hit policy {policy} is unknown"),
    "aggregation": (
        "агрегат {aggregation} бывает только при политике COLLECT с одним выходом",
        "the aggregation {aggregation} needs the hit policy COLLECT with a single output",
    ),
    "rule_width": (
        "в правиле {rule} ячеек {count}, а нужно {wanted}",
        "the rule {rule} has {count} cells instead of {wanted}",
    ),
    "bad_cell": ("правило {rule}, {column}: {reason}", "rule {rule}, {column}: {reason}"),
    "output_names": (
        "нескольким выходам нужны разные имена",
        "several outputs need different names",
    ),
    "priority_values": (
        "политике {policy} нужен список значений выхода {output}",
        "the hit policy {policy} needs the output values of {output}",
    ),
    "decision_cycle": ("решения зависят друг от друга по кругу", "the decisions require one another in a circle"),
}
