"""Processes that a measure of a roadmap may start, and how the catalogue calls those that are not there yet."""

from __future__ import annotations

PROCESSES = {
    "working_group_meeting": "Заседание рабочей группы, совета, совещание",
    "school_identification": "Выявление школ",
    "region_results_monitoring": "Мониторинг результатов региона",
    "infrastructure_formation": "Формирование инфраструктуры поддержки",
    "expert_pool": "Формирование института экспертов-консультантов",
    "curator_appointment": "Назначение кураторов и консультантов",
    "cooperation_agreement": "Договор (соглашение) о сотрудничестве",
    "network_support": "Сетевая поддержка школ",
    "municipal_programme": "Разработка муниципальной программы",
    "school_programme": "Программа перехода школы в эффективный режим",
    "targeted_support_programme": "Программа адресного сопровождения",
    "arp_monitoring": "Мониторинг антирисковых программ",
    "school_monitoring": "Школьный мониторинг",
    "municipal_monitoring": "Муниципальный мониторинг",
    "management_decision": "Управленческое решение",
    "effectiveness_analysis": "Анализ эффективности мер",
    "concept_documents": "Корректировка концептуальных документов",
    "programme_closing": "Подведение итогов программы",
    "course_run": "Проведение курса повышения квалификации",
    "dpp_development": "Разработка программы повышения квалификации",
    "external_course": "Обучение по внешней программе",
    "rmp_analytics": "Аналитика зон низкого качества",
    "survey_difficulties": "Самооценка затруднений",
    "survey_satisfaction": "Анкета удовлетворённости",
    "seminar_series": "Серия семинаров",
    "mass_event": "Массовое мероприятие",
    "consultation": "Консультация",
    "contest": "Конкурс",
    "publication": "Публикация материалов",
    "methodical_product": "Методические материалы",
    "info_resource": "Информационный ресурс",
    "student_risk_pilot": "Апробация инструментов выявления рисков",
    "teacher_growth_model": "Модель учительского роста",
    "vpr_observers": "Наблюдатели на ВПР",
}
"""Titles for people: measures show them before the process is deployed."""


def title(process: str) -> str:
    """How people call a process."""
    return PROCESSES.get(process, process)
